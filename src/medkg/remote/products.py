"""What is known of the services that one may meet: how each is told to stop, what it keeps back, how it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Timeout:
    """The parameter that limits a query: its name, how many of its units make a second, and its least value."""

    parameter: str
    per_second: float
    least: int

    def value(self, seconds: float) -> str:
        """Give the value to send for a limit in seconds, never below what the service takes."""
        return str(max(self.least, round(seconds * self.per_second)))


@dataclass(frozen=True, slots=True)
class Product:
    """One product, as far as its answers differ from what the protocol says."""

    name: str
    #: Found in the header ``Server`` of its answers.
    server: str
    #: Parameters that make the union of all graphs the default graph where a query names no data set.
    union: tuple[tuple[str, str], ...] = ()
    #: Whether the default graph is the union: None where that is the other side's own choice.
    has_union: bool | None = None
    timeout: Timeout | None = None
    #: Graphs of its own that are nobody's data, as the beginnings or whole names of them.
    own_graphs: tuple[str, ...] = ()
    #: Whether CONSTRUCT and DESCRIBE may be cut at a number of rows without a word.
    cuts_triples: bool = False
    #: Whether blank nodes and ASK come in a form of its own.
    own_json: bool = False
    #: Names of what it cannot do, see medkg.remote.capabilities.
    losses: frozenset[str] = frozenset()


_COMMON: Final = frozenset({"writes", "generations", "unseen-changes"})
UNKNOWN: Final = Product(
    "unknown", "", losses=_COMMON | {"union-unknown", "time-limit", "cuts-unknown", "numbers-unknown"}
)
OXIGRAPH: Final = Product(
    "Oxigraph",
    r"Oxigraph/",
    union=(("union-default-graph", "true"),),
    has_union=True,
    losses=_COMMON | {"time-limit", "deep-queries"},
)
VIRTUOSO: Final = Product(
    "Virtuoso",
    r"Virtuoso/",
    has_union=True,
    timeout=Timeout("timeout", 1000, 1000),
    own_graphs=(
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.openlinksw.com/schemas/virtpivot#",
        "http://www.w3.org/ns/ldp#",
        "http://www.w3.org/2002/07/owl#",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
        "{origin}/DAV/",
        "{origin}/sparql",
    ),
    cuts_triples=True,
    own_json=True,
    losses=_COMMON | {"own-graphs", "cut-triples", "numbers", "blank-nodes", "repeated-rows", "describe"},
)
FUSEKI: Final = Product(
    "Fuseki", r"Fuseki", timeout=Timeout("timeout", 1, 1), losses=_COMMON | {"union-unknown", "untried"}
)
GRAPHDB: Final = Product(
    "GraphDB", r"GraphDB", has_union=True, timeout=Timeout("timeout", 1, 1), losses=_COMMON | {"untried"}
)
PRODUCTS: Final = (OXIGRAPH, VIRTUOSO, FUSEKI, GRAPHDB)


def product_of(headers: Mapping[str, str]) -> Product:
    """Give the product that an answer's headers name."""
    server = headers.get("server", "")
    if "fuseki-request-id" in headers:
        return FUSEKI
    return next((item for item in PRODUCTS if re.search(item.server, server, re.IGNORECASE)), UNKNOWN)
