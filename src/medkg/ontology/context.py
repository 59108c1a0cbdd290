"""The JSON-LD context of exports, made from the ontology: each term by its local name, with the type of its values."""

from __future__ import annotations

import json
from typing import Any, Final

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from medkg.namespaces import MK, PREFIXES, compact
from medkg.ontology.files import is_term

FILE: Final = "context.jsonld"
#: Terms of other vocabularies that exports use often enough to give them a plain name.
OTHERS: Final = {
    "label": "rdfs:label",
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "definition": "skos:definition",
    "notation": "skos:notation",
    "title": "dcterms:title",
    "description": "dcterms:description",
    "identifier": "dcterms:identifier",
}
LINKS: Final = {
    "broader": "skos:broader",
    "inScheme": "skos:inScheme",
    "homepage": "foaf:homepage",
    "page": "foaf:page",
}


def context_text(graph: Graph) -> str:
    """Give the context as JSON, in a stable order."""
    return json.dumps({"@context": make_context(graph)}, ensure_ascii=False, indent=2) + "\n"


def make_context(graph: Graph) -> dict[str, Any]:
    """Give the context for the terms that a graph declares: prefixes first, then names, both in alphabetical order."""
    names: dict[str, Any] = dict(OTHERS) | {name: {"@id": iri, "@type": "@id"} for name, iri in LINKS.items()}
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in graph.subjects(RDF.type, kind):
            if isinstance(term, URIRef) and is_term(str(term)):
                names[str(term)[len(MK) :]] = _entry(graph, term, kind)
    prefixes = {prefix: iri for prefix, iri in sorted(PREFIXES.items()) if prefix != "id"}
    return {"@version": 1.1, **prefixes, "id": "@id", "type": "@type", **dict(sorted(names.items()))}


def _entry(graph: Graph, term: URIRef, kind: URIRef) -> str | dict[str, str]:
    short = compact(str(term))
    if kind == OWL.ObjectProperty:
        return {"@id": short, "@type": "@id"}
    datatype = graph.value(term, RDFS.range)
    return {"@id": short, "@type": compact(str(datatype))} if datatype is not None else short
