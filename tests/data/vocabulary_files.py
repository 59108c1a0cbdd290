"""The vocabularies as the tests read them: one graph per file of ontology/vocab, and a few ways to ask it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from medkg.namespaces import MK, RDF, SCHEME, SKOS
from medkg.settings import LANGUAGES, Settings

ONTOLOGY = Settings().ontology
FILES = sorted((ONTOLOGY / "vocab").glob("*.ttl"))
TYPE = ox.NamedNode(RDF + "type")


class Vocabulary:
    """One scheme: its concepts and what the file says of them."""

    def __init__(self, path: Path) -> None:
        self.store = ox.Store()
        self.store.load(path=path, format=ox.RdfFormat.TURTLE)
        self.iri = SCHEME + path.stem

    def values(self, subject: str, property_iri: str) -> list[ox.NamedNode | ox.Literal]:
        """Give the objects of a property of one subject."""
        found = self.store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(property_iri), None)
        return [quad.object for quad in found if isinstance(quad.object, ox.NamedNode | ox.Literal)]

    def iris(self, subject: str, name: str) -> set[str]:
        """Give the IRIs that a SKOS property of one subject points to."""
        return {value.value for value in self.values(subject, SKOS + name)}

    def typed(self, class_iri: str) -> set[str]:
        """Give what is of a class."""
        found = self.store.quads_for_pattern(None, TYPE, ox.NamedNode(class_iri))
        return {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}

    @property
    def concepts(self) -> set[str]:
        """Give the IRIs of the concepts."""
        return self.typed(SKOS + "Concept")

    def labels(self, subject: str) -> dict[str, list[str]]:
        """Give the preferred labels of one subject by language."""
        found: dict[str, list[str]] = defaultdict(list)
        for value in self.values(subject, SKOS + "prefLabel"):
            assert isinstance(value, ox.Literal)
            found[value.language or ""].append(value.value)
        return found


__all__ = ["FILES", "LANGUAGES", "MK", "ONTOLOGY", "SCHEME", "SKOS", "Vocabulary"]
