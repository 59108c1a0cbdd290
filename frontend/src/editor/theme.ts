/** How the editor looks: the colours of the page, light and dark, which reach into its shadow root. */
import { EditorView } from "@codemirror/view";

export const theme = EditorView.theme({
  "&": {
    background: "var(--paper)",
    color: "var(--ink)",
    border: "1px solid color-mix(in srgb, var(--soft) 60%, transparent)",
    borderRadius: "var(--radius)",
    fontSize: ".9rem",
  },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.55", minHeight: "9rem", maxHeight: "32rem" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-gutters": { background: "var(--card)", color: "var(--soft)", border: "none", borderRadius: "var(--radius)" },
  ".cm-fault": { background: "var(--clay-soft)", boxShadow: "inset .2rem 0 var(--clay)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--sea-soft)", outline: "1px solid var(--sea)" },
  ".cm-tooltip": { background: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--text)", maxHeight: "18rem" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".25rem .6rem" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--sea)", color: "var(--card)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".75" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  ".cm-completionInfo": { maxWidth: "22rem", padding: ".4rem .6rem" },
});
