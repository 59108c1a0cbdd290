/** Prefixes in the text of a query: which are declared, and what to write where one is missing. */

const DECLARATION = /\bPREFIX\s+([\w-]*):\s*</gi;

/** Give the prefixes that a query declares. */
export function declared(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(DECLARATION)].map((match) => match[1] ?? ""));
}

/** Give the declaration to write at the beginning of a query; empty where it is there, or the prefix is not known. */
export function missing(text: string, prefix: string, known: Readonly<Record<string, string>>): string {
  const iri = Object.hasOwn(known, prefix) ? known[prefix] : undefined;
  return iri === undefined || declared(text).has(prefix) ? "" : `PREFIX ${prefix}: <${iri}>\n`;
}

/** Give the prefix that has just been typed in front of a colon, or undefined where none can stand there. */
export function prefixBefore(line: string): string | undefined {
  if (/\bPREFIX\s+\S*$/i.test(line)) return undefined;
  return /(?:^|[\s({[;,.|/^!])([a-z][\w-]*)$/i.exec(line)?.[1];
}
