"""The rows a finding comes from, by the claims of the statements it is about."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from medkg.namespaces import MK, RDF, Graphs
from medkg.sources.rows import named_row

_CLAIMS = ox.NamedNode(Graphs.CLAIMS)
_SUBJECT, _PREDICATE = ox.NamedNode(RDF + "subject"), ox.NamedNode(RDF + "predicate")
_RECORD, _TABLE, _LINE = (ox.NamedNode(MK + name) for name in ("inRecord", "inTable", "rowNumber"))
#: Rows named for one finding; a country can stand in hundreds.
_NAMED = 4


class Origins:
    """Looks up rows of curated tables in the claims of a store."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def of(self, focus: str, path: str) -> tuple[str, ...]:
        """Give the rows that state something about ``focus``: of property ``path`` if any does, else of anything."""
        claims = self._claims(focus)
        about_path = [claim for claim in claims if path and self._value(claim, _PREDICATE) == path]
        rows = sorted({row for claim in about_path or claims for row in self._rows(claim)})
        more = [f"and {len(rows) - _NAMED} more"] if len(rows) > _NAMED else []
        return tuple([named_row(table, line) for table, line in rows[:_NAMED]] + more)

    def _claims(self, focus: str) -> list[ox.NamedNode]:
        subject = ox.NamedNode(focus) if ":" in focus else None
        if subject is None:
            return []
        found = [quad.subject for quad in self._store.quads_for_pattern(None, _SUBJECT, subject, _CLAIMS)]
        named = [subject, *found]
        return [claim for claim in named if isinstance(claim, ox.NamedNode)]

    def _rows(self, claim: ox.NamedNode) -> Iterator[tuple[str, int]]:
        for quad in self._store.quads_for_pattern(claim, _RECORD, None, _CLAIMS):
            if isinstance(quad.object, ox.NamedNode):
                table, line = self._value(quad.object, _TABLE), self._value(quad.object, _LINE)
                if table and line:
                    yield table, int(line)

    def _value(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> str:
        for quad in self._store.quads_for_pattern(subject, predicate, None, _CLAIMS):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                return quad.object.value
        return ""
