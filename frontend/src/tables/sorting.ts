/** Tables that hold all their rows can be sorted by a column: up, down, and as they came. */

type Direction = "ascending" | "descending" | "none";

const NEXT: Readonly<Record<Direction, Direction>> = {
  none: "ascending",
  ascending: "descending",
  descending: "none",
};

/** Enhance the tables that the server marks by data-sortable: they are whole, and no cell spans rows. */
export function enhanceTables(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-sortable]")) {
    if (table.tHead && table.tBodies[0] && table.tBodies[0].rows.length > 1) makeSortable(table, table.tBodies[0]);
  }
}

function makeSortable(table: HTMLTableElement, body: HTMLTableSectionElement): void {
  const asTheyCame = [...body.rows];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  for (const [column, head] of heads.entries()) {
    if (!head.textContent?.trim()) continue;
    buttonIn(head).addEventListener("click", () => {
      const direction = NEXT[(head.getAttribute("aria-sort") ?? "none") as Direction];
      for (const other of heads) other.removeAttribute("aria-sort");
      if (direction !== "none") head.setAttribute("aria-sort", direction);
      body.append(...sorted(asTheyCame, column, direction));
    });
  }
}

function buttonIn(head: HTMLElement): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.childNodes);
  head.append(button);
  return button;
}

/** Give rows in the order of a column; what is blank stands last in both directions. */
export function sorted(
  rows: readonly HTMLTableRowElement[],
  column: number,
  direction: Direction,
): readonly HTMLTableRowElement[] {
  if (direction === "none") return rows;
  const keyed = rows.map((row) => ({ row, text: textOf(row.cells[column]) }));
  const told = keyed.filter((item) => item.text !== "");
  const compare = told.every((item) => isNumber(item.text)) ? byNumber : byText();
  told.sort((one, other) => (direction === "descending" ? -1 : 1) * compare(one.text, other.text));
  return [...told, ...keyed.filter((item) => item.text === "")].map((item) => item.row);
}

/** Give what a cell says to machines, where it says that, else its words. */
function textOf(cell: HTMLTableCellElement | undefined): string {
  const machine = cell?.querySelectorAll<HTMLDataElement>("data[value]");
  const told = machine?.length === 1 ? machine[0]?.getAttribute("value") : null;
  return (told ?? cell?.textContent ?? "").trim();
}

function isNumber(text: string): boolean {
  return /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text);
}

function byNumber(one: string, other: string): number {
  return Number(one) - Number(other);
}

function byText(): (one: string, other: string) => number {
  return new Intl.Collator(document.documentElement.lang || undefined, { numeric: true }).compare;
}
