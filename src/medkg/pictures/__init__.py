"""Pictures of reports: rows of an analysis → marks on a canvas → SVG. Pure: no store, no web, no files but its own."""
