"""What a stranger asks: the query, which generation is to answer, in which format, over which graphs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of the SPARQL protocol.

    ``format`` is a short name of :mod:`medkg.query.formats`; where the form of the query has no such format, its first
    one is used, and the answer's head says so. ``default_graphs`` and ``named_graphs`` are those that the request
    names, None where it names none: as soon as it names either, the query's own FROM no longer counts. ``base`` is what
    relative IRIs are resolved against, None where there are to be none.
    """

    query: str
    generation: int
    format: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    base: str | None = None
