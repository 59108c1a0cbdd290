"""Tests of SPARQL Update and Graph Store writes."""
