/** The editor of queries over the form that works by itself, on the pages that have one. */
import { enhanceEditor } from "../editor/form.ts";

enhanceEditor(document);
