"""Named queries put to one state of the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from medkg.errors import Unavailable
from medkg.headers import without_comments
from medkg.query.catalogue import NamedQuery
from medkg.query.parameters import around, bind
from medkg.store.base import Answer, Store


class NamedQueries:
    """The named queries over one store."""

    def __init__(self, store: Store, queries: Mapping[str, NamedQuery]) -> None:
        self._store = store
        self._queries = queries
        self._templates: dict[tuple[str, str], tuple[str, str]] = {}

    @property
    def generation(self) -> int:
        """Give the number of the state that is asked."""
        return self._store.generation

    def text(self, name: str) -> str:
        """Give the text of a named query as its file has it.

        Raises:
            Unavailable: the query is not in the catalogue.
        """
        return self._named(name).text

    def rows(self, name: str, **parameters: str) -> Iterator[ox.QuerySolution]:
        """Answer a named SELECT query.

        Raises:
            Unavailable: the query is not in the catalogue: the installation is not whole.
        """
        yield from _solutions(self._ask(bind(self._named(name), parameters)))

    def page_of_rows(self, name: str, size: int, start: int, **parameters: str) -> Iterator[ox.QuerySolution]:
        """Answer a named SELECT query that puts its rows in order: so many rows from a place on, counted from 0."""
        text = bind(self._named(name), parameters)
        yield from _solutions(self._ask(f"{text}\nLIMIT {size:d} OFFSET {start:d}"))

    def rows_for_many(
        self, name: str, parameter: str, iris: Iterable[str], **others: str
    ) -> Iterator[ox.QuerySolution]:
        """Answer a named SELECT query for many values of one parameter at once, as one VALUES block.

        Those of its other parameters that are not given are left out.
        """
        before, after = around(bind(self._named(name), others), parameter) if others else self._around(name, parameter)
        block = " ".join(str(ox.NamedNode(iri)) for iri in iris)
        yield from _solutions(self._ask(f"{before}VALUES ?{parameter} {{ {block} }}{after}"))

    def triples(self, name: str, **parameters: str) -> Iterable[ox.Triple]:
        """Answer a named CONSTRUCT query."""
        answer = self._ask(bind(self._named(name), parameters))
        if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
            raise TypeError(f"{name} gives no triples")
        return answer

    def _ask(self, text: str) -> Answer:
        # Our queries name their graphs; saying so spares the reader from looking through each text for FROM.
        return self._store.query(text, use_default_graph_as_union=True)

    def _named(self, name: str) -> NamedQuery:
        try:
            return self._queries[name]
        except KeyError as error:
            remedy = "Reinstall medkg, or point MEDKG_QUERIES at its queries folder."
            raise Unavailable("a named query is missing", subject=name, remedy=remedy) from error

    def _around(self, name: str, parameter: str) -> tuple[str, str]:
        key = (name, parameter)
        if key not in self._templates:
            query = self._named(name)
            text = without_comments(query.text)
            for other in query.parameters.keys() - {parameter}:
                before, after = around(text, other)
                text = f"{before}VALUES ?{other} {{ UNDEF }}{after}"
            self._templates[key] = around(text, parameter)
        return self._templates[key]


def _solutions(answer: Answer) -> Iterator[ox.QuerySolution]:
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("the query is no SELECT")
    return iter(answer)
