"""The few functions a mapping may call besides those of SPARQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import FUNCTION
from medkg.terms import hash_terms, slug

AnyTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def _text(term: AnyTerm) -> str | None:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else None


def _slug(*terms: AnyTerm) -> ox.Literal | None:
    """Give the text of one term as a slug; nothing for a text without a letter or digit."""
    text = _text(terms[0]) if len(terms) == 1 else None
    try:
        return ox.Literal(slug(text)) if text is not None else None
    except ValueError:
        return None


def _local(*terms: AnyTerm) -> ox.Literal | None:
    """Give the last segment of an IRI."""
    if len(terms) != 1 or not isinstance(terms[0], ox.NamedNode):
        return None
    return ox.Literal(terms[0].value.rpartition("/")[2])


def _hash(*terms: AnyTerm) -> ox.Literal:
    """Give 16 hex digits for one or more terms."""
    return ox.Literal(hash_terms(*map(str, terms)))


Function = Callable[..., AnyTerm | None]
#: What ``Store.query`` takes as its custom functions.
FUNCTIONS: Final[dict[ox.NamedNode, Function]] = {
    ox.NamedNode(FUNCTION + "slug"): _slug,
    ox.NamedNode(FUNCTION + "local"): _local,
    ox.NamedNode(FUNCTION + "hash"): _hash,
}
