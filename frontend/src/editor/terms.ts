/** What the server knows by name: prefixes, terms, concepts and graphs; and which of them fit what is typed. */

export type Kind = "class" | "property" | "term" | "concept" | "graph";

export interface Term {
  /** As SPARQL writes it: mk:Project, or <https://…>. */
  readonly name: string;
  readonly label: string;
  readonly kind: Kind;
  readonly definition?: string;
  readonly uses: number;
}

export interface Terms {
  readonly base: string;
  readonly prefixes: Readonly<Record<string, string>>;
  readonly terms: readonly Term[];
}

export const NO_TERMS: Terms = { base: "", prefixes: {}, terms: [] };

const MOST = 60;
/** The last of the ranks below that are about names. */
const BY_NAME = 1;

/** Fetch the terms; without them the editor completes variables and keywords only. */
export async function fetchTerms(address: string): Promise<Terms> {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Terms) : NO_TERMS;
  } catch {
    return NO_TERMS; // no network: the form is there, and so is what was typed
  }
}

/** Give the terms that a word fits, best first: by the beginning of the name, of the label, of a word of the label. */
export function fitting(terms: readonly Term[], word: string, wanted?: Kind): readonly Term[] {
  const folded = fold(word);
  const ranked = terms.flatMap((term) => {
    const rank = rankOf(term, folded);
    return rank === undefined ? [] : [{ term, rank, kind: term.kind === wanted ? 0 : 1 }];
  });
  ranked.sort(
    (one, other) => one.kind - other.kind || one.rank - other.rank || nearer(one.term, other.term, one.rank <= BY_NAME),
  );
  return ranked.slice(0, MOST).map((item) => item.term);
}

/** Where names begin alike the shortest is nearest to what was typed; else the one used most is likely meant. */
function nearer(one: Term, other: Term, byName: boolean): number {
  return byName ? one.name.length - other.name.length : other.uses - one.uses;
}

function rankOf(term: Term, word: string): number | undefined {
  const name = fold(term.name);
  const label = fold(term.label);
  if (name.startsWith(word)) return 0;
  if (localPart(name).startsWith(word)) return 1;
  if (label.startsWith(word)) return 2;
  if (label.includes(` ${word}`)) return 3;
  return word.length > 2 && name.includes(word) ? 4 : undefined;
}

function localPart(name: string): string {
  return name.replace(/^<.*\/|^[a-z]+:|>$/g, "");
}

/** Give a text without case and without the marks over letters. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Give the IRI of a thing of the registry by the path of its page, which may begin with the reader's languages. */
export function iriOf(base: string, href: string, languages: string): string {
  const whole = decodeURI(new URL(href, base).pathname);
  const path = (whole.startsWith(`${languages}/`) ? whole.slice(languages.length) : whole).slice(1);
  const within = /^(ontology|scheme|graph)\//.test(path) ? "" : "id/";
  return `${base}${within}${path}`;
}
