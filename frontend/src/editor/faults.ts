/** Where the server stopped reading a query, marked in the editor until the text changes. */
import { StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

export interface Fault {
  readonly line: number;
  readonly column: number;
}

const setFault = StateEffect.define<number | undefined>();
const mark = Decoration.line({ class: "cm-fault" });

/** The mark, as part of the state of an editor. */
export const faultMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setFault)) return effect.value === undefined ? Decoration.none : Decoration.set(mark.range(effect.value));
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Mark the line of a fault, and put the cursor where reading stopped; without a fault take the mark away. */
export function showFault(view: EditorView, fault: Fault | undefined): void {
  if (fault === undefined) {
    view.dispatch({ effects: setFault.of(undefined) });
    return;
  }
  const place = placeOf(view.state.doc, fault);
  const start = view.state.doc.lineAt(place).from;
  view.dispatch({ effects: setFault.of(start), selection: { anchor: place }, scrollIntoView: true });
}

/** Give where a fault is in a text; one behind its end is at the end. */
export function placeOf(text: Text, fault: Fault): number {
  const line = text.line(Math.min(Math.max(fault.line, 1), text.lines));
  // The server counts characters, the editor counts units of UTF-16.
  const before = [...line.text].slice(0, Math.max(fault.column - 1, 0)).join("");
  return Math.min(line.from + before.length, line.to);
}

/** Read the fault that a page tells, if it tells one. */
export function faultIn(page: ParentNode): Fault | undefined {
  const told = page.querySelector<HTMLElement>("[data-line][data-column]")?.dataset;
  return told && { line: Number(told["line"]), column: Number(told["column"]) };
}
