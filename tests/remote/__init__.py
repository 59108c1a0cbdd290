"""Tests of other SPARQL services behind the registry."""
