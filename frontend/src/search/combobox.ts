/** A search field that suggests names as one types: the combobox pattern of ARIA over a form that works by itself. */
import { Suggester, type Suggestion } from "./suggestions.ts";

const LEAST = 2;
const PAUSE_MS = 120;
let lists = 0;

interface Texts {
  readonly label: string;
  readonly count: string;
}

type Go = (address: string) => void;

/** Enhance all search forms, where one of them (that of the header) tells the address of suggestions and the words. */
export function enhanceSearch(root: ParentNode, go: Go = (address) => window.location.assign(address)): void {
  const told = root.querySelector<HTMLElement>("form[data-suggest]")?.dataset;
  if (told?.["suggest"] === undefined) return;
  const texts = { label: told["suggestLabel"] ?? "", count: told["suggestCount"] ?? "" };
  for (const input of root.querySelectorAll<HTMLInputElement>("form[role=search] input[type=search]")) {
    new Combobox(input, new Suggester(told["suggest"]), texts, go);
  }
}

class Combobox {
  readonly #input: HTMLInputElement;
  readonly #list = document.createElement("ul");
  readonly #status = document.createElement("span");
  readonly #suggester: Suggester;
  readonly #texts: Texts;
  readonly #go: Go;
  #timer = 0;
  #active = -1;

  constructor(input: HTMLInputElement, suggester: Suggester, texts: Texts, go: Go) {
    this.#input = input;
    this.#suggester = suggester;
    this.#texts = texts;
    this.#go = go;
    this.#build();
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#pressed(event));
    input.addEventListener("blur", () => this.#close());
  }

  #build(): void {
    this.#list.id = `suggestions-${++lists}`;
    this.#list.className = "suggestions";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.#texts.label);
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    this.#status.className = "aside";
    this.#status.setAttribute("role", "status");
    this.#input.autocomplete = "off";
    setAttributes(this.#input, {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#list.id,
    });
    this.#input.form?.append(this.#list, this.#status);
  }

  #typed(): void {
    window.clearTimeout(this.#timer);
    this.#suggester.stop();
    const text = this.#input.value.trim();
    if (text.length < LEAST) this.#close();
    else this.#timer = window.setTimeout(() => void this.#ask(text), PAUSE_MS);
  }

  async #ask(text: string): Promise<void> {
    const found = await this.#suggester.ask(text);
    if (found !== undefined && document.activeElement === this.#input) this.#show(found);
  }

  #show(found: readonly Suggestion[]): void {
    this.#list.replaceChildren(...found.map((item, number) => option(item, `${this.#list.id}-${number}`)));
    this.#activate(-1);
    this.#list.hidden = found.length === 0;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    const count = new Intl.NumberFormat(document.documentElement.lang || undefined).format(found.length);
    this.#status.textContent = this.#texts.count.replace("{n}", count);
  }

  #close(): void {
    window.clearTimeout(this.#timer);
    this.#suggester.stop();
    this.#list.hidden = true;
    this.#status.textContent = "";
    this.#activate(-1);
    this.#input.setAttribute("aria-expanded", "false");
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (this.#list.hidden) {
      if (event.key === "ArrowDown") this.#typed();
      return;
    }
    const moves: Record<string, () => void> = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      Escape: () => this.#close(),
      Enter: () => this.#follow(this.#list.children[this.#active]),
    };
    const move = moves[event.key];
    if (move === undefined || (event.key === "Enter" && this.#active < 0)) return;
    event.preventDefault();
    move();
  }

  /** Go to the next or the last one; beyond the ends lies the field itself. */
  #move(step: number): void {
    const places = this.#list.children.length + 1;
    this.#activate(((this.#active + 1 + step + places) % places) - 1);
  }

  #activate(number: number): void {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = number;
    const chosen = this.#list.children[number];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.#input.setAttribute("aria-activedescendant", chosen.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #clicked(event: MouseEvent): void {
    if (event.target instanceof Element) this.#follow(event.target.closest("[role=option]"));
  }

  #follow(chosen: Element | null | undefined): void {
    if (chosen instanceof HTMLElement) this.#go(chosen.dataset["href"] ?? "");
  }
}

function option(item: Suggestion, id: string): HTMLElement {
  const found = document.createElement("li");
  const name = document.createElement("bdi");
  name.lang = item.language;
  name.textContent = item.name;
  const kind = document.createElement("span");
  kind.className = "kind";
  kind.textContent = item.kindLabel;
  found.id = id;
  found.dataset["href"] = item.href;
  setAttributes(found, { role: "option", "aria-selected": "false" });
  found.append(name, " ", kind);
  return found;
}

function setAttributes(element: Element, attributes: Record<string, string>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
