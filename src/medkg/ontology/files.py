"""The Turtle files of the ontology: where they are, and the graph they make together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rdflib import Graph

from medkg.errors import OntologyError, Place
from medkg.namespaces import MK, PREFIXES
from medkg.ontology.parsing import parse_turtle

HEADER: Final = "medkg.ttl"
AXIOMS: Final = "axioms.ttl"
ALIGNMENTS: Final = "alignments.ttl"
MODULE_IRI: Final = "https://w3id.org/medkg/module/"


def module_files(folder: Path) -> list[Path]:
    """Give the light modules, by name.

    Raises:
        OntologyError: there is none.
    """
    found = sorted((folder / "modules").glob("*.ttl"))
    if not found:
        raise OntologyError("no modules", place=Place(str(folder / "modules")), remedy="Is this the ontology's folder?")
    return found


def ontology_files(folder: Path) -> list[Path]:
    """Give what makes the ontology: header, light modules, axioms. Alignments, vocabularies and shapes are apart."""
    return [folder / HEADER, *module_files(folder), folder / AXIOMS]


def turtle_files(folder: Path) -> list[Path]:
    """Give every Turtle file below a folder."""
    return sorted(folder.rglob("*.ttl"))


def read_text(path: Path) -> str:
    """Give the text of a file.

    Raises:
        OntologyError: the file cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise OntologyError("not UTF-8", place=Place(str(path)), remedy="Save the file as UTF-8.") from error
    except OSError as error:
        raise OntologyError(f"cannot be read ({error.strerror})", place=Place(str(path))) from error


def read_turtle(path: Path) -> Graph:
    """Give the triples of a Turtle file.

    Raises:
        OntologyError: the file cannot be read or is not Turtle; names the line.
    """
    return parse_turtle(read_text(path), str(path))


def merge(paths: Iterable[Path]) -> Graph:
    """Give the triples of several Turtle files together; nothing is fetched for an owl:imports."""
    merged = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        merged.bind(prefix, namespace)
    for path in paths:
        merged += read_turtle(path)
    return merged


def is_term(iri: str) -> bool:
    """Tell whether an IRI names a term of the ontology, and not one of its versions (those begin with a digit)."""
    return iri.startswith(MK) and iri[len(MK) : len(MK) + 1].isalpha()
