/** Asking the server, and what comes back: a page to take over, or the text of a graph, read as far as it is shown. */

export interface PageAnswer {
  readonly kind: "page";
  readonly page: Document;
}

export interface TextAnswer {
  readonly kind: "text";
  readonly text: string;
  readonly whole: boolean;
  readonly generation: string;
  readonly milliseconds: number;
}

/** Characters of a graph that are shown in place; a download holds all of it. */
export const MOST_SHOWN = 100_000;
/** Characters of an address that every proxy lets through; a longer query is sent in the body. */
const LONGEST_ADDRESS = 4_000;

export interface Question {
  readonly address: string;
  /** Whether the address alone asks the question, so that it can be shared. */
  readonly shareable: boolean;
  readonly fields: URLSearchParams;
}

/** Give the question that a form asks. */
export function questionOf(form: HTMLFormElement): Question {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") fields.append(name, value);
  }
  const path = form.getAttribute("action") ?? ""; // it names the reader's languages
  const address = `${path}?${fields}`;
  const shareable = address.length <= LONGEST_ADDRESS;
  return { address: shareable ? address : path, shareable, fields };
}

/** Ask; whoever aborts the signal ends the query on the server, too. */
export async function ask(question: Question, signal: AbortSignal): Promise<PageAnswer | TextAnswer> {
  const began = performance.now();
  const headers = { Accept: "text/html, text/turtle;q=0.9, */*;q=0.1" };
  const how: RequestInit = question.shareable ? {} : { method: "POST", body: question.fields };
  const answer = await fetch(question.address, { ...how, headers, signal });
  if (answer.headers.get("Content-Type")?.startsWith("text/html")) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { kind: "page", page };
  }
  const { text, whole } = await beginning(answer);
  const milliseconds = Math.max(Math.round(performance.now() - began), 1);
  return { kind: "text", text, whole, generation: answer.headers.get("X-Generation") ?? "", milliseconds };
}

async function beginning(answer: Response): Promise<{ text: string; whole: boolean }> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    if (text.length > MOST_SHOWN) {
      await reader?.cancel();
      return { text: text.slice(0, text.lastIndexOf("\n", MOST_SHOWN) + 1 || MOST_SHOWN), whole: false };
    }
  }
  return { text, whole: true };
}
