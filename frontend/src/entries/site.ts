/** What every page gets: search as you type, and tables that can be sorted, weights as sliders, pictures as PNG. */
import { enhanceWeights } from "../analyses/sliders.ts";
import { enhancePictures } from "../pictures/raster.ts";
import { enhanceSearch } from "../search/combobox.ts";
import { enhanceTables } from "../tables/sorting.ts";

enhanceSearch(document);
enhanceTables(document);
enhanceWeights(document);
enhancePictures(document);
