"""What every store offers to the layers above, whichever engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

Answer = QueryBoolean | QuerySolutions | QueryTriples


class Store(Protocol):
    """Something that answers SPARQL over one state of the data."""

    @property
    def generation(self) -> int:
        """The number of the state that answers."""

    @property
    def graphs(self) -> Mapping[str, int]:
        """Quads per named graph."""

    def query(self, text: str, **options: Any) -> Answer:
        """Answer a query; ``options`` are those of the engine."""
