"""One generation as the pages see it: trusted queries, names, the search index. Made once, kept while it is served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from medkg.endpoint.tags import generation_tag
from medkg.query.asking import NamedQueries
from medkg.query.catalogue import NamedQuery
from medkg.search.index import SearchIndex
from medkg.search.storing import index_of
from medkg.store.base import State
from medkg.web.labels import Labels
from medkg.web.links import LISTED_KINDS, kind_of


class GenerationView(NamedQueries):
    """An open generation, or a state of another service, with everything that is derived from it alone.

    ``home`` is where what takes long to derive is kept for other processes; without it everything is in memory.
    """

    def __init__(self, store: State, queries: Mapping[str, NamedQuery], home: Path | None = None) -> None:
        super().__init__(store, queries)
        self.store = store
        self.number = store.generation
        self.manifest = store.manifest
        self._home = home

    def texts(self, name: str, column: str) -> Iterator[tuple[str, str, str]]:
        """Answer a named query of things and texts: IRI, text, language. Names that are no texts name nothing."""
        for row in self.rows(name):
            text = row[column]
            if isinstance(text, ox.Literal):
                yield row["thing"].value, text.value, text.language or ""

    def prepare(self) -> None:
        """Make now what the first readers would have to wait for."""
        _ = self.labels, self.index, self.usage, self.members, self.aliases, self.single_valued

    @cached_property
    def tag(self) -> str:
        """Give a short tag that no other generation has: numbers begin anew when a home is built anew."""
        return generation_tag(self.manifest)

    @cached_property
    def labels(self) -> Labels:
        """Give the chosen name of every named thing."""
        return Labels(self.texts("labels", "label"))

    @cached_property
    def notes(self) -> Labels:
        """Give the notes that belong to names, each in its languages."""
        return Labels(self.texts("footnotes", "note"))

    @cached_property
    def definitions(self) -> Labels:
        """Give what the words of the ontology mean, each in its languages."""
        return Labels(self.texts("definitions", "definition"))

    @cached_property
    def index(self) -> SearchIndex:
        """Give the search index."""
        found = index_of(self, self.tag, self._home)
        found.warm()
        return found

    @cached_property
    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Give the named things of each listed kind."""
        found: dict[str, list[str]] = {kind: [] for kind in LISTED_KINDS}
        for iri in self.labels:
            if (kind := kind_of(iri)) in found:
                found[kind].append(iri)
        return {kind: tuple(sorted(iris)) for kind, iris in found.items()}

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """Give earlier IRIs and what replaces each."""
        return {row["alias"].value: row["target"].value for row in self.rows("aliases")}

    @cached_property
    def single_valued(self) -> frozenset[str]:
        """Give the properties that have one value at a time."""
        return frozenset(row["property"].value for row in self.rows("single-valued"))

    @cached_property
    def graph_sizes(self) -> Mapping[str, int]:
        """Give graph → number of statements."""
        return self.store.graphs

    @cached_property
    def usage(self) -> Mapping[str, int]:
        """Give how many things a class has, or how often a property is used."""
        rows = (*self.rows("property-usage"), *self.rows("class-usage"))
        return {row["term"].value: int(row["uses"].value) for row in rows if isinstance(row["term"], ox.NamedNode)}
