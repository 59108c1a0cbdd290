/** Completions of a query: variables, prefixes and terms, keywords, and names of entities from the search. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { EditorView } from "@codemirror/view";
import type { Suggester } from "../search/suggestions.ts";
import { missing } from "./prefixes.ts";
import { fitting, fold, iriOf, type Kind, type Term, type Terms } from "./terms.ts";

const KEYWORDS = (
  "SELECT DISTINCT CONSTRUCT DESCRIBE ASK FROM NAMED WHERE PREFIX FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES UNDEF " +
  "GROUP ORDER BY HAVING LIMIT OFFSET ASC DESC AS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT NOT EXISTS IN STR LANG " +
  "LANGMATCHES DATATYPE BOUND REGEX CONTAINS STRSTARTS STRENDS LCASE UCASE CONCAT COALESCE IF YEAR ISIRI ISLITERAL"
).split(" ");
const WORD = /[?$]?[\p{L}\p{N}_][\p{L}\p{N}_-]*(?::[\p{L}\p{N}_-]*)?$|[?$]$/u;
const LEAST_FOR_NAMES = 3;

export interface Sources {
  readonly terms: () => Terms;
  readonly suggester: Suggester | undefined;
  readonly kindName: (kind: Kind) => string;
}

/** Give what completes from the given sources. */
export function completionSource(sources: Sources) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(WORD);
    if ((word === null && !context.explicit) || isWithin(context, ["string", "comment"])) return null;
    const text = word?.text ?? "";
    const from = word?.from ?? context.pos;
    const options = /^[?$]/.test(text)
      ? variables(context.state.doc.toString(), text)
      : [...termOptions(sources, context, text, from), ...keywords(text), ...(await names(sources, text))];
    return context.aborted || options.length === 0 ? null : { from, options, filter: false };
  };
}

function isWithin(context: CompletionContext, kinds: readonly string[]): boolean {
  return kinds.includes(syntaxTree(context.state).resolveInner(context.pos, -1).name);
}

function variables(query: string, typed: string): readonly Completion[] {
  const found = new Set([...query.matchAll(/[?$][\p{L}\p{N}_]+/gu)].map((match) => match[0]));
  found.delete(typed);
  return [...found].filter((name) => name.startsWith(typed)).map((label) => ({ label, type: "variable" }));
}

function keywords(typed: string): readonly Completion[] {
  const upper = typed.toUpperCase();
  if (upper === "") return [];
  return KEYWORDS.filter((word) => word.startsWith(upper)).map((label) => ({ label, type: "keyword" }));
}

function termOptions(sources: Sources, context: CompletionContext, typed: string, from: number): readonly Completion[] {
  const terms = sources.terms();
  const before = context.state.sliceDoc(Math.max(0, from - 20), from);
  const wanted = /(^|\s)a\s+$/.test(before) ? "class" : /(^|\s)GRAPH\s+$/i.test(before) ? "graph" : undefined;
  return fitting(terms.terms, typed, wanted).map((term) => option(term, terms, sources.kindName(term.kind)));
}

function option(term: Term, terms: Terms, kind: string): Completion {
  const about = [term.label, term.definition].filter(Boolean).join(": ");
  return {
    label: term.name,
    detail: term.label || kind,
    type: term.kind,
    apply: (view, _, from, to) => insert(view, term.name, from, to, terms.prefixes),
    ...(about ? { info: () => infoOf(`${kind} · ${about}`) } : {}),
  };
}

function infoOf(text: string): Node {
  const found = document.createElement("span");
  found.dir = "auto";
  found.textContent = text;
  return found;
}

/** Write a name, and in front of the query the declaration of its prefix where that is missing. */
export function insert(
  view: EditorView,
  name: string,
  from: number,
  to: number,
  prefixes: Readonly<Record<string, string>>,
): void {
  const prefix = name.startsWith("<") ? undefined : name.split(":")[0];
  const head = prefix === undefined ? "" : missing(view.state.doc.toString(), prefix, prefixes);
  view.dispatch({
    changes: [...(head ? [{ from: 0, insert: head }] : []), { from, to, insert: name }],
    selection: { anchor: head.length + from + name.length },
    userEvent: "input.complete",
  });
}

/** Give the entities whose names the search suggests; what is written is their IRI. */
async function names(sources: Sources, typed: string): Promise<readonly Completion[]> {
  if (typed.length < LEAST_FOR_NAMES || typed.includes(":") || isKeyword(typed)) return [];
  const found = (await sources.suggester?.ask(typed)) ?? [];
  const { base } = sources.terms();
  if (base === "") return [];
  return found.map((item) => ({
    label: item.name,
    detail: item.kindLabel,
    type: "entity",
    apply: `<${iriOf(base, item.href, document.body.dataset["base"] ?? "")}>`,
  }));
}

function isKeyword(typed: string): boolean {
  return KEYWORDS.includes(fold(typed).toUpperCase());
}
