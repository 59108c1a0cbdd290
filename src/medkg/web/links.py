"""Where a thing has its page: the way between IRIs of the registry and paths of this server. No I/O."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from medkg.namespaces import BASE, ID
from medkg.search.kinds import LISTED_KINDS, LISTS, kind_of

__all__ = [
    "ENTITY_KINDS",
    "LISTED_KINDS",
    "LISTS",
    "PART_KINDS",
    "SHARED_KINDS",
    "encoded_path",
    "is_iri",
    "is_part",
    "kind_of",
    "page_path",
]

#: Kinds that are told inside the page of the thing they belong to. They have pages of their own, too.
PART_KINDS: Final = (
    "activity",
    "objective",
    "engagement",
    "rationale",
    "method",
    "result",
    "target",
    "figure",
    "participation",
    "membership",
    "search",
    "benefit",
    "gap",
    "achievement",
    "step",
    "count",
)

#: Kinds that several things share: linked, not repeated inside each of them.
SHARED_KINDS: Final = ("group", "indicator", "policy", "stream", "record", "claim", "rule", "pattern", "relation")

#: Type words of entities, as they stand in IRIs and in paths.
ENTITY_KINDS: Final = (
    *(kind for kind, prefix in LISTS.items() if prefix.startswith(ID)),
    "valuechain",
    *PART_KINDS,
    *SHARED_KINDS,
)

#: What a path may hold as it stands (RFC 3986, pchar), besides letters and digits.
_IN_PATHS: Final = "/:@!$&'()*+,;=~"
_PART_PREFIXES: Final = tuple(f"{ID}{kind}/" for kind in PART_KINDS)


def is_iri(text: str) -> bool:
    """Say whether a text is an absolute IRI for the engine: an address may hold what no IRI can."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def page_path(iri: str) -> str | None:
    """Give the path of the page of an IRI, percent-encoded, or None for an IRI outside the registry."""
    if not iri.startswith(BASE):
        return None
    return encoded_path("/" + iri.removeprefix(ID if iri.startswith(ID) else BASE))


def encoded_path(path: str) -> str:
    """Give a path as it stands in addresses and headers: ASCII only, and neither query nor fragment in it."""
    return quote(path, safe=_IN_PATHS)


def is_part(iri: str) -> bool:
    """Say whether a thing is told inside the page of what it belongs to."""
    return iri.startswith(_PART_PREFIXES)
