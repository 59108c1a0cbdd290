/** What every page gets: search as you type, and tables that can be sorted. */
import { enhanceSearch } from "../search/combobox.ts";
import { enhanceTables } from "../tables/sorting.ts";

enhanceSearch(document);
enhanceTables(document);
