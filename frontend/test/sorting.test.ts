import { beforeEach, describe, expect, it } from "vitest";
import { enhanceTables, sorted } from "../src/tables/sorting.ts";

function tableOf(cells: readonly string[]): HTMLTableElement {
  const rows = cells.map((cell) => `<tr><td>${cell}</td></tr>`).join("");
  document.body.innerHTML = `<table data-sortable><thead><tr><th>Name</th></tr></thead><tbody>${rows}</tbody></table>`;
  return document.querySelector("table")!;
}

function order(table: HTMLTableElement): string[] {
  return [...table.tBodies[0]!.rows].map((row) => row.textContent ?? "");
}

function sortedTexts(cells: readonly string[], direction: "ascending" | "descending"): string[] {
  return sorted([...tableOf(cells).tBodies[0]!.rows], 0, direction).map((row) => row.textContent ?? "");
}

describe("sorting", () => {
  beforeEach(() => {
    document.documentElement.lang = "en";
  });

  it("goes up, down and back to the order of the server, and says so", () => {
    const table = tableOf(["b", "c", "a"]);
    enhanceTables(document);
    const button = table.querySelector("button")!;
    const head = table.querySelector("th")!;
    button.click();
    expect([order(table), head.getAttribute("aria-sort")]).toEqual([["a", "b", "c"], "ascending"]);
    button.click();
    expect([order(table), head.getAttribute("aria-sort")]).toEqual([["c", "b", "a"], "descending"]);
    button.click();
    expect([order(table), head.getAttribute("aria-sort")]).toEqual([["b", "c", "a"], null]);
  });

  it("compares numbers by what machines are told, not by how they are written", () => {
    const cells = ['<data value="1000">1,000</data>', '<data value="-2.5">−2.5</data>', '<data value="30">30</data>'];
    expect(sortedTexts(cells, "ascending")).toEqual(["−2.5", "30", "1,000"]);
  });

  it("keeps blank cells last in both directions", () => {
    expect(sortedTexts(["", "2", "10"], "ascending")).toEqual(["2", "10", ""]);
    expect(sortedTexts(["", "2", "10"], "descending")).toEqual(["10", "2", ""]);
  });

  it("compares words as the language of the page does", () => {
    expect(sortedTexts(["Zadar", "Ézine", "Athens"], "ascending")).toEqual(["Athens", "Ézine", "Zadar"]);
  });

  it("leaves tables alone that are not whole or have one row", () => {
    document.body.innerHTML =
      "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>" +
      "<table data-sortable><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>";
    enhanceTables(document);
    expect(document.querySelectorAll("button")).toHaveLength(0);
  });
});
