/**
 * Bundles every entry point of src/entries for browsers, with what they share in files of their own, and packs each
 * file for the ways browsers take it.
 *
 * node build.ts <folder> <digest>: the folder is made anew or stays as it was; the digest goes to its manifest.json.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { argv } from "node:process";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";

const ENTRIES = "src/entries";
/** What browsers have had since 2023; import maps and decorators are not needed. */
const TARGET = "es2022";

async function bundle(folder: string): Promise<Metafile> {
  const names = (await readdir(ENTRIES)).filter((name) => name.endsWith(".ts"));
  const { metafile } = await build({
    entryPoints: names.map((name) => join(ENTRIES, name)),
    outdir: folder,
    entryNames: "[name]-[hash]",
    chunkNames: "shared-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: TARGET,
    charset: "utf8",
    minify: true,
    legalComments: "none", // the licences of all packages stand in one file of their own
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** Give the file of each entry point by its name. */
function entriesOf(metafile: Metafile): Record<string, string> {
  const outputs = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint?.startsWith(ENTRIES));
  return Object.fromEntries(
    outputs.map(([path, output]) => [basename(output.entryPoint ?? "", ".ts"), basename(path)]),
  );
}

/** Give the licences of all packages that anything of is in the bundle. */
async function licences(metafile: Metafile): Promise<string> {
  const pattern = /^node_modules\/(@[^/]+\/[^/]+|[^/]+)\//;
  const packages = new Set(Object.keys(metafile.inputs).map((path) => pattern.exec(path)?.[1] ?? ""));
  const found = [...packages].filter(Boolean).sort().map(licence);
  return (await Promise.all(found)).join(`\n${"-".repeat(80)}\n\n`);
}

async function licence(name: string): Promise<string> {
  const folder = join("node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const file = (await readdir(folder)).find((candidate) => /^licen[cs]e/i.test(candidate));
  const text = file === undefined ? `${about["license"]}\n` : await readFile(join(folder, file), "utf8");
  return `${name} ${about["version"]}\n\n${text}`;
}

async function pack(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((candidate) => candidate.endsWith(".js"))) {
    const bytes = await readFile(join(folder, name));
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: size }));
    await writeFile(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  }
}

async function main(target: string, digest: string): Promise<void> {
  const fresh = `${target}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const metafile = await bundle(fresh);
  await pack(fresh);
  await writeFile(join(fresh, "licences.txt"), await licences(metafile));
  const manifest = { digest, entries: entriesOf(metafile) };
  await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

const [folder, digest] = argv.slice(2);
if (folder === undefined || digest === undefined) throw new Error("give the folder of the bundle and the digest");
await main(folder, digest);
