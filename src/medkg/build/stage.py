"""The scratch store of a build: the files of ``ontology/`` and what the tables say, before any inference."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.build.progress import Clock
from medkg.errors import OntologyError, Place
from medkg.mapping.construct import MappedData, map_tables
from medkg.namespaces import ONTOLOGY, OWL, Graphs
from medkg.settings import Settings
from medkg.sources.catalogue import SourceCatalogue, load_sources
from medkg.sources.problems import at
from medkg.sources.vocabulary import read_turtle

#: graph → the files of ontology/ it is made of.
ONTOLOGY_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    Graphs.ONTOLOGY: ("medkg.ttl", "axioms.ttl", "modules/*.ttl"),
    Graphs.VOCAB: ("vocab/*.ttl",),
    Graphs.ALIGNMENTS: ("alignments.ttl", "alignments/*.ttl"),
    Graphs.SHAPES: ("shapes/*.ttl", "shapes/eligibility/*.ttl"),
}
#: What a build reads of ontology/ besides the files of its graphs.
_RULE_FILES: Final = ("rules/**/*.rq", "rules/*.ttl", "shapes/**/*.rq", "checks/**/*.rq")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a build works on. ``store`` holds all graphs; nothing of it is on disk."""

    settings: Settings
    store: ox.Store
    catalogue: SourceCatalogue
    mapped: MappedData


def make_stage(settings: Settings, clock: Clock) -> Stage:
    """Read and map the tables and put them with the ontology into a store in memory.

    Raises:
        SourceError: a table is wrong.
        MappingError: a mapping is broken or fails on a row.
        OntologyError: a file of ``ontology/`` cannot be read.
    """
    with clock.step("read tables"):
        catalogue = load_sources(settings.data, settings.ontology)
    with clock.step("map rows"):
        mapped = map_tables(catalogue, clock.report)
    with clock.step("load ontology"):
        store = ox.Store()
        store.bulk_extend(ontology_quads(settings.ontology))
        store.bulk_extend(mapped.quads())
    return Stage(settings, store, catalogue, mapped)


def ontology_quads(ontology: Path) -> Iterator[ox.Quad]:
    """Give the files of ``ontology/`` as quads of their graphs; blank nodes of two files never meet.

    Raises:
        OntologyError: there is no ontology, or a file of it is not Turtle.
    """
    if not (ontology / "medkg.ttl").is_file():
        remedy = "Set MEDKG_ONTOLOGY to the folder that holds medkg.ttl."
        raise OntologyError("there is no ontology", place=at(ontology), remedy=remedy)
    for graph, patterns in ONTOLOGY_FILES.items():
        for path in _found(ontology, patterns):
            for quad in read_turtle(path):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph))


def input_hashes(stage: Stage) -> dict[str, str]:
    """Give the SHA-256 of each file the build read, by its path from the folder above ``data/`` or ``ontology/``."""
    ontology = stage.settings.ontology.resolve()
    data = stage.settings.data.resolve()
    patterns = [pattern for patterns in ONTOLOGY_FILES.values() for pattern in patterns]
    files = {path: f"ontology/{path.relative_to(ontology)}" for path in _found(ontology, (*patterns, *_RULE_FILES))}
    files |= {path: f"data/{path.relative_to(data)}" for path in stage.catalogue.files}
    named = sorted((name, path) for path, name in files.items())
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in named}


def _found(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


def ontology_version(store: ox.Store) -> str:
    """Give the version that the ontology's header states.

    Raises:
        OntologyError: it states none.
    """
    graph, header = ox.NamedNode(Graphs.ONTOLOGY), ox.NamedNode(ONTOLOGY)
    for quad in store.quads_for_pattern(header, ox.NamedNode(OWL + "versionInfo"), None, graph):
        if isinstance(quad.object, ox.Literal):
            return quad.object.value
    remedy = "State owl:versionInfo in medkg.ttl."
    raise OntologyError("the ontology states no version", place=Place("ontology/medkg.ttl"), remedy=remedy)
