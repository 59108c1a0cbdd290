/** Names the server suggests for what has been typed so far. */

export interface Suggestion {
  readonly name: string;
  readonly language: string;
  readonly kindLabel: string;
  readonly href: string;
}

/** Asks one question at a time: a new one ends the one before. */
export class Suggester {
  readonly #address: string;
  #asking: AbortController | undefined;
  #gone = false;

  constructor(address: string) {
    this.#address = address;
  }

  /** Give what fits a text, or undefined where the answer is of no use any more, or none is to be had. */
  async ask(text: string): Promise<readonly Suggestion[] | undefined> {
    this.stop();
    if (this.#gone) return undefined;
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const answer = await fetch(addressFor(this.#address, text), {
        headers: { Accept: "application/json" },
        signal: asking.signal,
      });
      this.#gone = answer.status === 404; // a server without suggestions: not asked again on this page
      const found = answer.ok ? suggestionsIn(await answer.json()) : undefined;
      return asking.signal.aborted ? undefined : found;
    } catch {
      return undefined; // interrupted, or no network: the form works as it does without a script
    }
  }

  /** Give up the question that is open. */
  stop(): void {
    this.#asking?.abort();
  }
}

function addressFor(address: string, text: string): URL {
  const found = new URL(address, document.baseURI);
  found.searchParams.set("q", text);
  return found;
}

/** Read an answer; whatever is not a suggestion with a place on this site is left out. */
export function suggestionsIn(answer: unknown): readonly Suggestion[] {
  const listed = isRecord(answer) ? answer["suggestions"] : undefined;
  return Array.isArray(listed) ? listed.flatMap(suggestionIn) : [];
}

function suggestionIn(item: unknown): readonly Suggestion[] {
  if (!isRecord(item)) return [];
  const { name, language, kindLabel, href } = item;
  if (typeof name !== "string" || typeof href !== "string" || !isOfThisSite(href)) return [];
  return [{ name, href, language: textOr(language), kindLabel: textOr(kindLabel) }];
}

function isOfThisSite(href: string): boolean {
  return /^\/(?![/\\])/.test(href);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}
