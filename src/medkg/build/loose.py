"""Checking RDF files that are not part of the data: with the ontology and the rules, without the tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from medkg.build.progress import Clock
from medkg.build.stage import ontology_quads
from medkg.namespaces import SHAPE, Graphs
from medkg.reasoning.rules import infer
from medkg.settings import Settings
from medkg.store.intake import Digest, incoming, read_quads
from medkg.terms import slug
from medkg.validation.report import Report
from medkg.validation.shapes import validate

#: Checks of what only tables have.
_FOR_TABLES: Final = frozenset({SHAPE + "statement-without-claim"})


def validate_files(settings: Settings, files: Sequence[Path], clock: Clock) -> Report:
    """Give what the shapes find in RDF files; statements without a graph count as those of an external source.

    Raises:
        SourceError: a file cannot be read.
        OntologyError: the ontology, a rule or a shape is broken.
    """
    store = ox.Store()
    with clock.step("load ontology"):
        store.bulk_extend(ontology_quads(settings.ontology))
    with clock.step("read files"):
        for path in files:
            graph = ox.NamedNode(Graphs.EXTERNAL + slug(path.name))
            base = path.resolve().as_uri()
            store.extend(read_quads(incoming(str(path)), graph, base, Digest()))
    with clock.step("reason"):
        infer(store, settings.ontology / "rules", clock.report)
    with clock.step("validate"):
        found = validate(store, settings.ontology / "shapes").findings
    return Report.of(finding for finding in found if finding.shape not in _FOR_TABLES)
