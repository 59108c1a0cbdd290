"""The kinds of things, read from their IRIs, and which of them are found before the others. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medkg.namespaces import GRAPH, ID, MK, ONTOLOGY, SCHEME

#: Lists: their names, in the order of menus, and what the IRIs of their members begin with.
LISTS: Final[Mapping[str, str]] = {
    "project": ID + "project/",
    "programme": ID + "programme/",
    "actor": ID + "actor/",
    "structure": ID + "structure/",
    "place": ID + "place/",
    "valuechain": SCHEME + "value-chain/",
    "theme": SCHEME + "theme/",
    "sector": SCHEME + "sector/",
    "source": ID + "source/",
}
LISTED_KINDS: Final = tuple(LISTS)
#: What joins or annotates things and is named after them: found under ``kind`` when somebody asks for it.
HELPER_KINDS: Final = frozenset(
    {"gap", "participation", "membership", "relation", "figure", "count", "pattern", "record", "claim"}
)
_SCHEME_LISTS: Final = {prefix[len(SCHEME) : -1]: kind for kind, prefix in LISTS.items() if prefix.startswith(SCHEME)}


def kind_of(iri: str) -> str:
    """Give the kind of a thing: a list's or an entity's, ``term``, ``concept``, ``scheme``, ``graph`` or ``other``."""
    if iri.startswith(ID):
        return iri[len(ID) :].partition("/")[0]
    if iri.startswith(MK) or iri == ONTOLOGY:
        return "term"
    if iri.startswith(SCHEME):
        scheme, slash, _ = iri[len(SCHEME) :].partition("/")
        return _SCHEME_LISTS.get(scheme, "concept") if slash else "scheme"
    return "graph" if iri.startswith(GRAPH) else "other"


def weight(kind: str) -> int:
    """Give where a kind stands among hits that match alike: the lists in the order of menus, then others, helpers."""
    if kind in LISTS:
        return LISTED_KINDS.index(kind)
    return len(LISTED_KINDS) + (kind in HELPER_KINDS)
