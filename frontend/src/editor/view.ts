/** The text of a query in an editor: highlighted, completed, undone and redone; the rest of the page knows the view. */
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completionSource, insert, type Sources } from "./completion.ts";
import { faultMark } from "./faults.ts";
import { missing, prefixBefore } from "./prefixes.ts";
import { theme } from "./theme.ts";

export interface Wishes {
  readonly text: string;
  readonly label: string;
  readonly help: string;
  readonly sources: Sources;
  readonly run: () => void;
}

const highlighting = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--plum)", fontWeight: "600" },
  { tag: [tags.variableName, tags.local(tags.variableName)], color: "var(--leaf)" },
  { tag: tags.atom, color: "var(--sea)" },
  { tag: tags.string, color: "var(--clay)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

/**
 * Make an editor inside an element. It lives in a shadow root: there the styles of the editor are style sheets that
 * scripts adopt, which the Content-Security-Policy allows, and not elements, which it does not.
 */
export function makeView(host: HTMLElement, wishes: Wishes): EditorView {
  const root = host.attachShadow({ mode: "open" });
  const state = EditorState.create({ doc: wishes.text, extensions: extensions(wishes) });
  const view = new EditorView({ state, root, parent: root });
  host.addEventListener("focus", () => view.focus());
  return view;
}

function extensions(wishes: Wishes): Extension {
  return [
    lineNumbers(),
    history(),
    bracketMatching(),
    StreamLanguage.define(sparql),
    syntaxHighlighting(highlighting),
    autocompletion({ override: [completionSource(wishes.sources)], icons: false }),
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (wishes.run(), true) }])),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    prefixTyping(wishes.sources),
    typingOver,
    faultMark,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": `${wishes.label}. ${wishes.help}`, lang: "en", dir: "ltr" }),
    theme,
  ];
}

/** Replace selected text by ourselves: Chromium would keep its look by an inline style, which the policy refuses. */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const typed = event.inputType === "insertText" && !event.isComposing ? event.data : null;
    if (typed === null || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.update(view.state.replaceSelection(typed), { userEvent: "input.type", scrollIntoView: true }));
    return true;
  },
});

/** Declare a prefix of the registry when its colon is typed and the query does not declare it. */
function prefixTyping(sources: Sources): Extension {
  return EditorView.inputHandler.of((view, from, to, typed) => {
    if (typed !== ":") return false;
    const line = view.state.doc.lineAt(from);
    const prefix = prefixBefore(view.state.sliceDoc(line.from, from));
    const { prefixes } = sources.terms();
    if (prefix === undefined || !missing(view.state.doc.toString(), prefix, prefixes)) return false;
    insert(view, `${prefix}:`, from - prefix.length, to, prefixes);
    return true;
  });
}
