"""What a stranger asks: the query, which generation is to answer, in which format, over which graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of the SPARQL protocol.

    ``format`` is a short name of :mod:`medkg.query.formats`; where the form of the query has no such format, its first
    one is used, and the answer's head says so. ``default_graphs`` and ``named_graphs`` are those that the request
    names, None where it names none: as soon as it names either, the query's own FROM no longer counts.
    """

    query: str
    generation: int
    format: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


class QueryLimits(Protocol):
    """The limits of a role, as far as they bound a query; :class:`medkg.access.limits.Limits` has them."""

    @property
    def seconds(self) -> float:
        """Seconds by the clock from the moment a child begins."""

    @property
    def memory_mib(self) -> int:
        """MiB that the query may take on top of what the child holds before it."""

    @property
    def result_mib(self) -> int:
        """MiB of the answer, before compression."""

    @property
    def concurrent(self) -> int:
        """Queries of the role that run at the same time in one server process."""

    @property
    def queue(self) -> int:
        """Queries of the role that wait for their turn in one server process."""
