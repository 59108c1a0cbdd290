import { describe, expect, it } from "vitest";
import { fitting, fold, iriOf, type Term } from "../src/editor/terms.ts";

const BASE = "https://w3id.org/medkg/";
const TERMS: readonly Term[] = [
  { name: "mk:ProjectRelation", label: "Relation entre projets", kind: "class", uses: 900 },
  { name: "mk:Project", label: "Projet", kind: "class", uses: 30 },
  { name: "mk:projectStatus", label: "état du projet", kind: "property", uses: 50 },
  { name: "mk:hasPartner", label: "a pour partenaire", kind: "property", uses: 400 },
  { name: `<${BASE}scheme/theme/energy>`, label: "Énergie", kind: "concept", uses: 0 },
];

function names(word: string, wanted?: "class"): string[] {
  return fitting(TERMS, word, wanted).map((term) => term.name);
}

describe("terms", () => {
  it("are found by name, the nearest first", () => {
    expect(names("mk:proj")).toEqual(["mk:Project", "mk:projectStatus", "mk:ProjectRelation"]);
  });

  it("are found by the words of the page's language, marks over letters or not", () => {
    expect(names("parte")).toEqual(["mk:hasPartner"]);
    expect(names("energie")).toEqual([`<${BASE}scheme/theme/energy>`]);
    expect(names("ETAT")).toEqual(["mk:projectStatus"]);
  });

  it("stand first where their kind is what the place asks for", () => {
    expect(names("proj", "class").slice(0, 2)).toEqual(["mk:Project", "mk:ProjectRelation"]);
  });

  it("are none for words nothing is called by", () => {
    expect(names("zzz")).toEqual([]);
  });

  it("fold Arabic vowel signs, too", () => {
    expect(fold("مُتوسِّط")).toBe("متوسط");
  });
});

describe("IRIs of pages", () => {
  it.each([
    ["/actor/birzeit-university", "id/actor/birzeit-university"],
    ["/actor/birzeit-university?a=b", "id/actor/birzeit-university"],
    ["/scheme/theme/energy", "scheme/theme/energy"],
    ["/ontology/Project", "ontology/Project"],
    ["/source/%C3%A9t%C3%A9", "id/source/été"],
  ])("of %s end in %s", (path, end) => {
    expect(iriOf(BASE, path, "")).toBe(BASE + end);
    expect(iriOf(BASE, `/ar,fr${path}`, "/ar,fr")).toBe(BASE + end);
  });
});
