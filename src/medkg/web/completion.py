"""What an editor of queries completes from: the terms of the ontology, concepts, graphs, and the prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from medkg.namespaces import BASE, OWL, PREFIXES, compact
from medkg.web.display import Display, shortened
from medkg.web.generation import GenerationView
from medkg.web.terms import collected, definition_of

#: A name that SPARQL reads as it stands; others are written as whole IRIs.
_PREFIXED: Final = re.compile(r"[a-z]+:[A-Za-z_][\w-]*")
_MOST_CHARACTERS: Final = 300


def completions(view: GenerationView, display: Display) -> dict[str, Any]:
    """Give base, prefixes, and each term: its name in the page language, its kind, definition, number of uses."""
    terms = [*_terms(view, display), *_concepts(view, display), *_graphs(view)]
    return {"base": BASE, "prefixes": dict(PREFIXES), "terms": terms}


def _terms(view: GenerationView, display: Display) -> Iterator[dict[str, Any]]:
    """Give the terms of the ontology, then those of others that the data use."""
    terms = collected(view)
    for iri, term in terms.items():
        definition = definition_of(term, display)
        kind = "class" if OWL + "Class" in term.kinds else "property"
        yield _item(iri, kind, display, definition.text if definition else "", view.usage.get(iri, 0))
    for iri in sorted(view.usage.keys() - terms.keys()):
        yield _item(iri, "term", display, "", view.usage[iri])


def _concepts(view: GenerationView, display: Display) -> Iterator[dict[str, Any]]:
    for iri in _in_order(row["concept"].value for row in view.rows("concepts")):
        yield _item(iri, "concept", display)


def _graphs(view: GenerationView) -> Iterator[dict[str, Any]]:
    for iri, size in sorted(view.graph_sizes.items()):
        yield {"name": _name(iri), "label": "", "kind": "graph", "uses": size}


def _item(iri: str, kind: str, display: Display, definition: str = "", uses: int = 0) -> dict[str, Any]:
    label = display.thing(iri).text
    found = {"name": _name(iri), "label": "" if label == compact(iri) else label, "kind": kind, "uses": uses}
    return found | ({"definition": shortened(definition)[:_MOST_CHARACTERS]} if definition else {})


def _name(iri: str) -> str:
    short = compact(iri)
    return short if _PREFIXED.fullmatch(short) else f"<{iri}>"


def _in_order(iris: Iterable[str]) -> list[str]:
    return sorted(set(iris))
