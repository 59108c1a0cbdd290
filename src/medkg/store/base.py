"""What every store offers to the layers above, whichever engine answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

from medkg.store.manifest import Manifest

#: What the engine gives.
EngineAnswer = QueryBoolean | QuerySolutions | QueryTriples
#: What any store gives: a SELECT's rows, an ASK's truth value, or the triples of CONSTRUCT and DESCRIBE, to be gone
#: through once.
Answer = QueryBoolean | QuerySolutions | Iterable[Triple]


class Store(Protocol):
    """Something that answers SPARQL over one state of the data, or over the one that is served now."""

    @property
    def generation(self) -> int:
        """The number of the state that answers. It tells states apart; only those of our own store are in order."""

    @property
    def graphs(self) -> Mapping[str, int]:
        """Quads per named graph."""

    def query(self, text: str, **options: Any) -> Answer:
        """Answer a query; ``options`` are the engine's, of which every store knows those of the data set.

        Over the union of all graphs, unless the query or the options choose the data set.
        """


class State(Store, Protocol):
    """One state of the data, which stays the same as long as it is held: a generation, or what another service has."""

    @property
    def manifest(self) -> Manifest:
        """What is known of the state. Equal manifests are the same state."""

    @property
    def lost(self) -> Mapping[str, str]:
        """What cannot be done with it that a generation of ours can, by name, with the reason."""
