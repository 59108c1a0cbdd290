import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { enhanceSearch } from "../src/search/combobox.ts";

const FOUND = {
  suggestions: [
    { name: "<b>Bir</b>zeit", language: "en", kind: "actor", kindLabel: "Actor", href: "/actor/birzeit" },
    { name: "بيرزيت", language: "ar", kind: "place", kindLabel: "Place", href: "/place/birzeit" },
  ],
};
let input: HTMLInputElement;
let asked: string[];
let gone: string[];

Element.prototype.scrollIntoView = () => undefined; // nothing is laid out here

function answerWith(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async (address: URL) => {
    asked.push(address.pathname + address.search);
    return new Response(JSON.stringify(body), { status });
  });
}

async function type(text: string): Promise<void> {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await vi.advanceTimersByTimeAsync(500);
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  input.dispatchEvent(event);
  return event;
}

function options(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[role=option]")];
}

describe("search as you type", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    gone = [];
    answerWith(200, FOUND);
    document.body.innerHTML =
      '<form role="search" data-suggest="/search/suggest?lang=en" data-suggest-label="Names" ' +
      'data-suggest-count="Suggestions: {n}"><input type="search"></form>';
    enhanceSearch(document, (address) => void gone.push(address));
    input = document.querySelector("input")!;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("asks once when typing pauses, and shows names as text in their language", async () => {
    input.focus();
    for (const text of ["bi", "bir", "birz"]) {
      input.value = text;
      input.dispatchEvent(new Event("input"));
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toEqual(["/search/suggest?lang=en&q=birz"]);
    expect(options().map((item) => item.querySelector("bdi")!.textContent)).toEqual(["<b>Bir</b>zeit", "بيرزيت"]);
    expect(options()[1]!.querySelector("bdi")!.lang).toBe("ar");
    expect(input.getAttribute("aria-expanded")).toBe("true");
    expect(document.querySelector("[role=status]")!.textContent).toBe("Suggestions: 2");
  });

  it("moves by the arrow keys through the names and back to the field", async () => {
    await type("birz");
    const active = (): string | null => input.getAttribute("aria-activedescendant");
    press("ArrowDown");
    expect(active()).toBe(options()[0]!.id);
    press("ArrowUp");
    expect(active()).toBeNull();
    press("ArrowUp");
    expect(active()).toBe(options()[1]!.id);
    expect(options().map((item) => item.getAttribute("aria-selected"))).toEqual(["false", "true"]);
  });

  it("follows the chosen name on Enter; without one the form is sent", async () => {
    await type("birz");
    expect(press("Enter").defaultPrevented).toBe(false);
    press("ArrowDown");
    expect(press("Enter").defaultPrevented).toBe(true);
    expect(gone).toEqual(["/actor/birzeit"]);
  });

  it("closes on Escape and keeps what was typed", async () => {
    await type("birz");
    press("ArrowDown");
    expect(press("Escape").defaultPrevented).toBe(true);
    expect([input.value, input.getAttribute("aria-expanded")]).toEqual(["birz", "false"]);
    expect(input.hasAttribute("aria-activedescendant")).toBe(false);
  });

  it("asks for no single letter", async () => {
    await type("b");
    expect(asked).toEqual([]);
  });

  it("stops asking where the server has no suggestions", async () => {
    answerWith(404, {});
    await type("birz");
    await type("birze");
    expect(asked).toHaveLength(1);
    expect(options()).toEqual([]);
  });

  it("shows nothing of an answer that comes after the field was left", async () => {
    await type("birz");
    input.blur();
    expect(input.getAttribute("aria-expanded")).toBe("false");
  });
});
