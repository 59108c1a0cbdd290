"""The files of ontology/: read, merged, checked and written in one form."""
