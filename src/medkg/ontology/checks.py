"""Violation checks: queries over the ontology's files that must match nothing.

Each file of the ontology is one named graph, called as the ontology it declares; the default graph is all of them. A
check is `checks/<id>-violation.rq`: its first line says the rule, its answer binds ?term and ?found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.namespaces import OWL, RDF, compact
from medkg.ontology.files import ALIGNMENTS, ontology_files, read_text
from medkg.ontology.parsing import parse_triples

PINNED: Final = "pinned.ttl"
SUFFIX: Final = "-violation.rq"


@dataclass(frozen=True, slots=True)
class Violation:
    """One match of a check: the rule that is broken, by which term, and what was found there."""

    check: str
    rule: str
    term: str
    found: str

    def __str__(self) -> str:
        found = f" Found: {compact(self.found)}" if self.found else ""
        return f"{compact(self.term)}: {self.rule}{found} ({self.check})"


def check_files(folder: Path) -> list[Path]:
    """Give the checks of an ontology's folder.

    Raises:
        OntologyError: there is none.
    """
    found = sorted((folder / "checks").glob(f"*{SUFFIX}"))
    if not found:
        raise OntologyError("no violation checks", place=Place(str(folder / "checks")))
    return found


def load_files(paths: Iterable[Path]) -> ox.Store:
    """Give a store that holds each file in a graph of its own.

    Raises:
        OntologyError: a file is not Turtle, or does not declare one ontology.
    """
    store = ox.Store()
    for path in paths:
        triples, _ = parse_triples(read_text(path), str(path))
        graph = _declared(triples, path)
        store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    return store


def load_ontology(folder: Path, more: Iterable[Path] = ()) -> ox.Store:
    """Give a store with the ontology, its alignments and its pinned terms, and further files."""
    return load_files([*ontology_files(folder), folder / ALIGNMENTS, folder / "checks" / PINNED, *more])


def run_check(path: Path, store: ox.Store) -> list[Violation]:
    """Give what one check finds.

    Raises:
        OntologyError: the check is not a SELECT query of ?term and ?found.
    """
    text = read_text(path)
    try:
        answer = store.query(text, use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise OntologyError(f"not a valid query ({error})", place=Place(str(path))) from error
    if not isinstance(answer, ox.QuerySolutions) or {"term", "found"} - {v.value for v in answer.variables}:
        raise OntologyError("a check selects ?term and ?found", place=Place(str(path)))
    name, rule = path.name.removesuffix(SUFFIX), text.partition("\n")[0].removeprefix("# ")
    return [Violation(name, rule, _text(row["term"]), _text(row["found"])) for row in answer]


def run_checks(folder: Path, more: Iterable[Path] = ()) -> list[Violation]:
    """Give what all checks find in an ontology, with further files added to it; empty if all is well."""
    store = load_ontology(folder, more)
    return [violation for path in check_files(folder) for violation in run_check(path, store)]


def _declared(triples: list[ox.Triple], path: Path) -> ox.NamedNode:
    kind, ontology = ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "Ontology")
    declared = [t.subject for t in triples if t.predicate == kind and t.object == ontology]
    if len(declared) != 1 or not isinstance(declared[0], ox.NamedNode):
        message = f"declares {len(declared)} ontologies"
        raise OntologyError(message, place=Place(str(path)), remedy="A file declares one owl:Ontology, with an IRI.")
    return declared[0]


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else "nothing"
