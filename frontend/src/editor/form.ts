/** The form of a query with an editor in it, which runs the query in place and takes over the page that comes. */
import type { EditorView } from "@codemirror/view";
import { Suggester } from "../search/suggestions.ts";
import { enhanceTables } from "../tables/sorting.ts";
import { ask, type PageAnswer, type Question, questionOf, type TextAnswer } from "./answers.ts";
import { faultIn, showFault } from "./faults.ts";
import { fetchTerms, NO_TERMS, type Terms } from "./terms.ts";
import { makeView } from "./view.ts";

/** Enhance the form of a query, where a page has one. */
export function enhanceEditor(root: Document): void {
  const form = root.querySelector<HTMLFormElement>("form.editor");
  const area = form?.querySelector("textarea");
  if (form && area) new EditorForm(form, area);
}

class EditorForm {
  readonly #form: HTMLFormElement;
  readonly #area: HTMLTextAreaElement;
  readonly #view: EditorView;
  readonly #status = document.createElement("p");
  readonly #button: HTMLButtonElement;
  readonly #run: string;
  #running: AbortController | undefined;
  #terms: Terms = NO_TERMS;

  constructor(form: HTMLFormElement, area: HTMLTextAreaElement) {
    this.#form = form;
    this.#area = area;
    this.#button = form.querySelector("button") as HTMLButtonElement;
    this.#run = this.#button.textContent ?? "";
    this.#view = this.#replaceArea();
    this.#status.setAttribute("role", "status");
    form.append(this.#status);
    form.addEventListener("submit", (event) => this.#submitted(event));
    window.addEventListener("popstate", () => window.location.reload());
    form.addEventListener("focusin", () => void this.#learn(), { once: true });
    this.#settle(document.querySelector("main"));
  }

  #word(name: string): string {
    return this.#form.dataset[name] ?? "";
  }

  /** Get to know the terms, once somebody is about to write: whoever reads an answer needs none. */
  async #learn(): Promise<void> {
    this.#terms = await fetchTerms(this.#word("terms"));
  }

  #replaceArea(): EditorView {
    const host = document.createElement("div");
    host.className = "code-editor";
    host.dir = "ltr";
    this.#area.before(host);
    this.#area.hidden = true;
    this.#area.required = false;
    const help = document.createElement("p");
    help.className = "muted";
    help.textContent = this.#word("keys");
    this.#area.after(help);
    const suggest = document.querySelector<HTMLElement>("form[data-suggest]")?.dataset["suggest"];
    const view = makeView(host, {
      text: this.#area.value,
      label: this.#word("label"),
      help: this.#word("keys"),
      sources: {
        terms: () => this.#terms,
        suggester: suggest === undefined ? undefined : new Suggester(suggest),
        kindName: (kind) => this.#word(kind),
      },
      run: () => this.#form.requestSubmit(this.#button),
    });
    this.#form.querySelector(`label[for=${this.#area.id}]`)?.addEventListener("click", () => view.focus());
    return view;
  }

  #submitted(event: SubmitEvent): void {
    this.#area.value = this.#view.state.doc.toString();
    const elsewhere = event.submitter?.hasAttribute("formaction") || this.#form.querySelector("select")?.value;
    if (elsewhere) return; // a short link, or a download in a format: the browser does that by itself
    event.preventDefault();
    if (this.#running) this.#running.abort();
    else if (this.#area.value.trim()) void this.#runInPlace(questionOf(this.#form));
    else this.#view.focus();
  }

  async #runInPlace(question: Question): Promise<void> {
    const running = new AbortController();
    this.#start(running);
    try {
      const answer = await ask(question, running.signal);
      if (answer.kind === "page") this.#takeOver(answer, question);
      else this.#showText(answer);
    } catch {
      this.#say(this.#word(running.signal.aborted ? "stopped" : "unreached"));
    } finally {
      this.#running = undefined;
      this.#button.textContent = this.#run;
      document.querySelector("main")?.removeAttribute("aria-busy");
    }
  }

  #start(running: AbortController): void {
    this.#running = running;
    this.#button.textContent = this.#word("stop");
    this.#say(this.#word("running"));
    document.querySelector("main")?.setAttribute("aria-busy", "true");
    showFault(this.#view, undefined);
  }

  /** Put what a page of the server holds in the place of this one; the editor stays the one that is there. */
  #takeOver({ page }: PageAnswer, question: Question): void {
    const theirMain = page.querySelector("main");
    const main = document.querySelector("main");
    if (!theirMain || !main) return;
    // Into this document first: an editor that visits another one loses its style sheets there.
    const fresh = document.importNode(theirMain, true);
    const focused = this.#form.contains(document.activeElement);
    const theirs = fresh.querySelector<HTMLFormElement>("form.editor");
    if (theirs) theirs.replaceWith(this.#form);
    else fresh.append(this.#form);
    main.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    const languages = page.querySelector("nav.languages");
    if (languages) document.querySelector("nav.languages")?.replaceWith(document.importNode(languages, true));
    if (question.shareable) window.history.pushState(null, "", question.address);
    enhanceTables(main);
    this.#settle(main);
    const told = [...(main.querySelector("header.entity")?.children ?? [])].map((item) => item.textContent?.trim());
    this.#say(told.join(" "), "aside"); // it is to be read on the page, and heard
    if (focused || faultIn(main)) this.#view.focus();
  }

  /** Let the editor stand above the answer, and show where reading the query stopped. */
  #settle(main: HTMLElement | null): void {
    const section = this.#form.closest("section");
    if (section) main?.querySelector("header.entity")?.after(section);
    const fault = main ? faultIn(main) : undefined;
    if (fault) showFault(this.#view, fault);
  }

  #showText(answer: TextAnswer): void {
    const language = document.documentElement.lang || undefined;
    const unit = new Intl.NumberFormat(language, { style: "unit", unit: "millisecond" });
    const about = this.#word("about").replace("{time}", unit.format(answer.milliseconds));
    const shown = document.createElement("pre");
    shown.className = "detail code";
    shown.id = "text-answer";
    shown.dir = "ltr";
    shown.tabIndex = 0;
    shown.textContent = answer.text;
    document.getElementById(shown.id)?.remove();
    this.#form.after(shown);
    this.#say(answer.whole ? about.replace("{number}", answer.generation) : this.#word("beginning"));
  }

  #say(text: string, how: "muted" | "aside" = "muted"): void {
    this.#status.className = how;
    this.#status.textContent = text;
  }
}
