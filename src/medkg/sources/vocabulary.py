"""What the ontology offers the tables: concepts by scheme, and the terms of the project's own namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.errors import OntologyError
from medkg.namespaces import MK, SCHEME
from medkg.sources.problems import at

#: The folders of an ontology that the tables are checked against.
VOCABULARIES: Final = "vocab"
MODULES: Final = "modules"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``concepts``: scheme → last segments of its concepts. ``terms``: classes and properties, without namespace."""

    concepts: Mapping[str, frozenset[str]]
    terms: frozenset[str]


def load_vocabulary(ontology: Path) -> Vocabulary:
    """Read ``vocab/*.ttl`` and ``modules/*.ttl``.

    Raises:
        OntologyError: there is no such folder, or a file is not Turtle; names it, and the line.
    """
    if not any((ontology / name).is_dir() for name in (VOCABULARIES, MODULES)):
        remedy = "Set MEDKG_ONTOLOGY to the folder that holds medkg.ttl."
        raise OntologyError("there is no ontology", place=at(ontology), remedy=remedy)
    concepts: dict[str, set[str]] = {}
    for iri in _subjects(ontology / VOCABULARIES, SCHEME):
        scheme, slash, code = iri.partition("/")
        if slash and code:
            concepts.setdefault(scheme, set()).add(code)
    terms = frozenset(_subjects(ontology / MODULES, MK))
    return Vocabulary({scheme: frozenset(codes) for scheme, codes in concepts.items()}, terms)


def _subjects(folder: Path, namespace: str) -> Iterator[str]:
    """Give what follows the namespace in the IRI of each subject of the folder's files."""
    if not folder.is_dir():
        remedy = "The tables are checked against it: put it back, or set MEDKG_ONTOLOGY to another folder."
        raise OntologyError("there is no such folder", place=at(folder), remedy=remedy)
    for path in sorted(folder.glob("*.ttl")):
        for quad in read_turtle(path):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(namespace):
                yield quad.subject.value[len(namespace) :]


def read_turtle(path: Path) -> Iterator[ox.Quad]:
    """Give the triples of a Turtle file.

    Raises:
        OntologyError: the file is not Turtle, or not UTF-8; names the line.
    """
    try:
        yield from ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    except SyntaxError as error:
        place = at(path, error.lineno, str(error.offset) if error.offset else None)
        raise OntologyError(f"not Turtle: {error.msg}", place=place, remedy="Correct the file.") from error
