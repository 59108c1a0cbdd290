"""Rows of tables to triples with their provenance, by SPARQL CONSTRUCT."""
