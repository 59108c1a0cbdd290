import { Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { questionOf } from "../src/editor/answers.ts";
import { faultIn, placeOf } from "../src/editor/faults.ts";
import { declared, missing, prefixBefore } from "../src/editor/prefixes.ts";

const KNOWN = { mk: "https://w3id.org/medkg/ontology/", skos: "http://www.w3.org/2004/02/skos/core#" };

describe("prefixes", () => {
  it("are declared where a query lacks them", () => {
    expect(missing("SELECT * {}", "mk", KNOWN)).toBe("PREFIX mk: <https://w3id.org/medkg/ontology/>\n");
    expect(missing("prefix mk: <urn:other>\nSELECT * {}", "mk", KNOWN)).toBe("");
    expect(missing("SELECT * {}", "foo", KNOWN)).toBe("");
    expect(missing("SELECT * {}", "constructor", KNOWN)).toBe("");
  });

  it("are read from all declarations", () => {
    expect(declared("PREFIX mk: <a>\nprefix   skos:<b> PREFIX : <c>")).toEqual(new Set(["mk", "skos", ""]));
  });

  it.each([
    ["?s a mk", "mk"],
    ["  FILTER(?x = skos", "skos"],
    ["?s mk:a/mk", "mk"],
    ["PREFIX mk", undefined],
    ["?mk", undefined],
    ["<http", undefined],
    ['"mk', undefined],
  ])("are what stands before a colon in %j", (line, prefix) => {
    expect(prefixBefore(line)).toBe(prefix);
  });
});

describe("faults", () => {
  const text = Text.of(["SELECT ?x {", "  ?x 𝒂 ?y", "}"]);

  it.each([
    [{ line: 1, column: 1 }, 0],
    [{ line: 2, column: 6 }, 17],
    [{ line: 2, column: 7 }, 19], // a letter beyond the first plane is one character, and two units
    [{ line: 2, column: 999 }, 22],
    [{ line: 99, column: 1 }, 23],
    [{ line: 0, column: 0 }, 0],
  ])("%j are at %i", (fault, place) => {
    expect(placeOf(text, fault)).toBe(place);
  });

  it("are read from the page that tells them", () => {
    document.body.innerHTML = '<ol class="fault" data-line="3" data-column="14"></ol>';
    expect(faultIn(document)).toEqual({ line: 3, column: 14 });
    document.body.innerHTML = "<p>None</p>";
    expect(faultIn(document)).toBeUndefined();
  });
});

describe("questions", () => {
  function formWith(query: string): HTMLFormElement {
    document.body.innerHTML =
      '<form action="/ar/sparql"><textarea name="query"></textarea><input type="hidden" name="default-graph-uri" value="urn:g">' +
      '<select name="format"><option value=""></option></select></form>';
    document.querySelector("textarea")!.value = query;
    return document.querySelector("form")!;
  }

  it("stand in the address, with what changes their answer and nothing that is blank", () => {
    const question = questionOf(formWith("ASK { ?s ?p 'a&b' }"));
    expect(question.shareable).toBe(true);
    expect(question.address).toMatch(/^\/ar\/sparql\?/);
    expect([...new URL(question.address, "http://localhost").searchParams]).toEqual([
      ["query", "ASK { ?s ?p 'a&b' }"],
      ["default-graph-uri", "urn:g"],
    ]);
  });

  it("are sent in the body where no address would hold them", () => {
    const question = questionOf(formWith(`ASK { ?s ?p "${"x".repeat(5000)}" }`));
    expect([question.shareable, question.address]).toEqual([false, "/ar/sparql"]);
  });
});
