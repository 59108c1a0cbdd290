import { describe, expect, it } from "vitest";
import { suggestionsIn } from "../src/search/suggestions.ts";

const GOOD = { name: "Birzeit University", language: "en", kind: "actor", kindLabel: "Actor", href: "/actor/birzeit" };

describe("suggestions", () => {
  it("are read from the answer", () => {
    expect(suggestionsIn({ suggestions: [GOOD] })).toEqual([
      { name: "Birzeit University", language: "en", kindLabel: "Actor", href: "/actor/birzeit" },
    ]);
  });

  it.each(["javascript:alert(1)", "//elsewhere.example/", "/\\elsewhere.example", "https://elsewhere.example/", ""])(
    "never lead to %s",
    (href) => {
      expect(suggestionsIn({ suggestions: [{ ...GOOD, href }] })).toEqual([]);
    },
  );

  it.each([null, 3, "text", [], {}, { suggestions: null }, { suggestions: [null, 7, { name: 1 }] }])(
    "are none where the answer is another thing: %j",
    (answer) => {
      expect(suggestionsIn(answer)).toEqual([]);
    },
  );
});
