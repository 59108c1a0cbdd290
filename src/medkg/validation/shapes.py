"""Validation of a store: SHACL shapes over data and inferences, and checks written as queries over the named graphs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from medkg.errors import OntologyError, Place
from medkg.namespaces import Graphs
from medkg.validation.checks import FOLDER, run_checks
from medkg.validation.origin import Origins
from medkg.validation.report import Finding, Report, Severity
from medkg.validation.view import rdflib_view

#: Graphs SHACL does not look at. The claims are five times the data and go through queries instead (decision 0003).
UNSEEN = frozenset({Graphs.CLAIMS, Graphs.INFERENCE_CLAIMS, Graphs.SHAPES, Graphs.ALIGNMENTS})
_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING, SH.Info: Severity.INFO}


def validate(store: ox.Store, shapes_folder: Path) -> Report:
    """Give all that the shapes (``*.ttl``) and the checks (``checks/*.rq``) of a folder find in a store.

    Nothing is fetched: imports are not followed, and shapes are read from the folder alone.

    Raises:
        OntologyError: a shape or check file is missing or broken.
    """
    seen = rdflib_view(store, leave_out=UNSEEN)
    origins = Origins(store)
    found = [*shacl_findings(seen, load_shapes(shapes_folder)), *run_checks(store, shapes_folder / FOLDER)]
    return Report.of(replace(finding, origins=origins.of(finding.focus, finding.path)) for finding in found)


def load_shapes(folder: Path) -> Graph:
    """Give the shapes of a folder as one graph.

    Raises:
        OntologyError: there is none, or one is not valid Turtle.
    """
    files = sorted(folder.glob("*.ttl"))
    if not files:
        raise OntologyError("there is no shape file (*.ttl) in this folder", place=Place(str(folder)))
    store = ox.Store()
    for path in files:
        try:
            store.load(path=str(path), format=ox.RdfFormat.TURTLE)
        except (SyntaxError, OSError) as error:
            line = getattr(error, "lineno", None)
            raise OntologyError(f"the shapes cannot be read: {error}", place=Place(str(path), line)) from error
    return rdflib_view(store)


def shacl_findings(data: Graph, shapes: Graph, nodes: Collection[Node] | None = None) -> Iterator[Finding]:
    """Give what the shapes find in the data; where ``nodes`` are given, at those alone.

    Raises:
        OntologyError: the shapes are not valid SHACL.
    """
    try:
        _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    except (pyshacl.errors.ShapeLoadError, pyshacl.errors.ConstraintLoadError) as error:
        raise OntologyError(f"the shapes are not valid SHACL: {error}", place=Place("shapes")) from error
    if not isinstance(results, Graph):
        raise OntologyError(f"the shapes cannot be run: {results}", place=Place("shapes"))
    for result in results.subjects(RDF.type, SH.ValidationResult):
        if nodes is None or results.value(result, SH.focusNode) in nodes:
            yield _finding(results, result)


def _finding(results: Graph, result: Node) -> Finding:
    def text(term: URIRef) -> str:
        value = results.value(result, term)
        return str(value) if isinstance(value, URIRef) or (term in (SH.value, SH.resultMessage) and value) else ""

    severity = results.value(result, SH.resultSeverity)
    return Finding(
        severity=_SEVERITIES[URIRef(str(severity))],
        shape=text(SH.sourceShape),
        focus=text(SH.focusNode),
        path=text(SH.resultPath),
        value=text(SH.value),
        message=text(SH.resultMessage),
        constraint=text(SH.sourceConstraintComponent).removeprefix(str(SH)),
    )
