"""Tests of the service description, which the suite tells in words only."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from tests.w3c.evaluation import GRAPHS, Failure
from tests.w3c.manifest import RDF, Case, Term, values
from tests.w3c.results import RDF_FORMATS
from tests.w3c.servers import Server

SD = "http://www.w3.org/ns/sparql-service-description#"
#: Property → (class of what it is said of, class of what it leads to); from the vocabulary's own text.
PROPERTIES = {
    "endpoint": ("Service", ""),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", ""),
    "inputFormat": ("Service", ""),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", ""),
    "graph": ("NamedGraph", "Graph"),
}
#: What a term of one class is, too.
ABOVE = {"Dataset": "GraphCollection", "Function": "", "Language": "Feature", "Aggregate": ""}
CLASSES = {name for pair in PROPERTIES.values() for name in pair if name}
LANGUAGES = {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}
FEATURES = {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}


def check_description(case: Case, server: Server) -> Failure:
    """Run a test of the service description and say what is wrong."""
    answer = server.ask("GET", server.query, Accept="text/turtle, application/rdf+xml;q=0.5")
    if answer.status != 200 or answer.media_type not in GRAPHS:
        return f"status {answer.status}, {answer.media_type}: no RDF"
    form = RDF_FORMATS[GRAPHS[answer.media_type]]
    told = ox.Dataset(ox.parse(answer.body, format=form, base_iri=server.origin + server.query))
    return CHECKS[case.name.rpartition("/")[2]](told, server)


def _has_statements(told: ox.Dataset, _: Server) -> Failure:
    return "" if len(told) else "no statement"


def _names_the_endpoint(told: ox.Dataset, server: Server) -> Failure:
    found = [quad.object for quad in told.quads_for_predicate(ox.NamedNode(SD + "endpoint"))]
    return "" if ox.NamedNode(server.origin + server.query) in found else f"sd:endpoint is {found}"


def _follows_the_vocabulary(told: ox.Dataset, _: Server) -> Failure:
    """Check that every term is known, each value is of its kind, and what must be there once is there once."""
    services = [quad.subject for quad in told.quads_for_object(ox.NamedNode(SD + "Service"))]
    if not services:
        return "no sd:Service"
    problems = [problem for quad in told for problem in _problems(told, quad)]
    problems += [
        f"{service} has no single sd:endpoint" for service in services if _count(told, service, "endpoint") != 1
    ]
    graphs = {quad.object for quad in told.quads_for_predicate(ox.NamedNode(SD + "namedGraph"))}
    problems += [f"{graph} has no single sd:name" for graph in graphs if _count(told, graph, "name") != 1]
    return "; ".join(problems)


def _problems(told: ox.Dataset, quad: ox.Quad) -> list[str]:
    name = quad.predicate.value.removeprefix(SD)
    if quad.predicate.value == RDF + "type" and isinstance(quad.object, ox.NamedNode):
        kind = quad.object.value
        unknown = kind.startswith(SD) and kind.removeprefix(SD) not in CLASSES
        return [f"{kind} is no class of the vocabulary"] if unknown else []
    if not quad.predicate.value.startswith(SD):
        return []
    if name not in PROPERTIES:
        return [f"{quad.predicate.value} is no property of the vocabulary"]
    domain, target = PROPERTIES[name]
    wrong = [] if _may_be(told, quad.subject, domain) else [f"{quad.subject} is no sd:{domain} but has sd:{name}"]
    if isinstance(quad.object, ox.Literal) or not _may_be(told, quad.object, target):
        wrong.append(f"sd:{name} leads to {quad.object}")
    return wrong


def _may_be(told: ox.Dataset, node: Term, kind: str) -> bool:
    """Tell whether nothing says that a node is of another class of the vocabulary."""
    if not kind:
        return True
    if isinstance(node, ox.NamedNode) and node.value.startswith(SD):
        known = {"Language": LANGUAGES, "Feature": LANGUAGES | FEATURES}
        return node.value.removeprefix(SD) in known.get(kind, set())
    kinds = {item.value.removeprefix(SD) for item in values(told, node, RDF + "type") if isinstance(item, ox.NamedNode)}
    own = kinds & CLASSES
    return not own or kind in own or kind in {ABOVE.get(name, "") for name in own}


def _count(told: ox.Dataset, node: Term, name: str) -> int:
    return len(values(told, node, SD + name))


CHECKS: dict[str, Callable[[ox.Dataset, Server], Failure]] = {
    "returns-rdf": _has_statements,
    "has-endpoint-triple": _names_the_endpoint,
    "conforms-to-schema": _follows_the_vocabulary,
}
