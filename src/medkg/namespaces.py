"""The namespaces of the registry, its named graphs, and the way between IRIs and short forms. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/medkg/"
ONTOLOGY: Final = BASE + "ontology"
MK: Final = ONTOLOGY + "/"
SCHEME: Final = BASE + "scheme/"
ID: Final = BASE + "id/"
GRAPH: Final = BASE + "graph/"
#: Graphs that are the registry's own and that no build replaces: one for each meta-cluster that was saved.
SAVED: Final = BASE + "saved/"
SHAPE: Final = BASE + "shape/"
RULE: Final = BASE + "id/rule/"
ROW: Final = BASE + "row/"
FUNCTION: Final = BASE + "function/"

#: What the graph without a name is called where graphs are named: in manifests, scopes, on the command line. No IRI is.
DEFAULT_GRAPH: Final = "default"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
PROV: Final = "http://www.w3.org/ns/prov#"
SH: Final = "http://www.w3.org/ns/shacl#"

#: Prefixes that queries, exports and pages may use without declaring them.
PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mk": MK,
        "id": ID,
        "mkg": GRAPH,
        "mks": SCHEME,
        "sh": SH,
        "mksh": SHAPE,
        "rdf": RDF,
        "rdfs": RDFS,
        "owl": OWL,
        "xsd": XSD,
        "skos": SKOS,
        "dcterms": DCTERMS,
        "prov": PROV,
        "foaf": "http://xmlns.com/foaf/0.1/",
        "org": "http://www.w3.org/ns/org#",
        "schema": "https://schema.org/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "void": "http://rdfs.org/ns/void#",
        "vann": "http://purl.org/vocab/vann/",
        "bibo": "http://purl.org/ontology/bibo/",
    }
)


class Graphs:
    """The named graphs of a build (the contract is docs/architecture.md, "Named graphs")."""

    CLAIMS: Final = GRAPH + "claims"
    INFERRED: Final = GRAPH + "inferred"
    INFERENCE_CLAIMS: Final = GRAPH + "inference-claims"
    PREFERRED: Final = GRAPH + "preferred"
    ONTOLOGY: Final = GRAPH + "ontology"
    VOCAB: Final = GRAPH + "vocab"
    ALIGNMENTS: Final = GRAPH + "alignments"
    SHAPES: Final = GRAPH + "shapes"
    CATALOG: Final = GRAPH + "catalog"
    SOURCE: Final = GRAPH + "source/"
    EXTERNAL: Final = GRAPH + "external/"


def compact(iri: str) -> str:
    """Give the short form of an IRI (``mk:Project``), or the IRI itself where no prefix fits."""
    fitting = [item for item in PREFIXES.items() if iri.startswith(item[1])]
    if not fitting:
        return iri
    prefix, namespace = max(fitting, key=lambda item: len(item[1]))
    return f"{prefix}:{iri[len(namespace) :]}"


def expand(short: str) -> str:
    """Give the IRI of a short form. An absolute IRI is returned as it is.

    Raises:
        KeyError: the prefix is not in :data:`PREFIXES`.
    """
    prefix, colon, local = short.partition(":")
    if not colon or local.startswith("//"):
        return short
    return PREFIXES[prefix] + local
