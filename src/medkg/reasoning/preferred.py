"""The choice of preferred values: queries over the whole store, their results in graph ``preferred``."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from medkg.errors import OntologyError, Place
from medkg.namespaces import Graphs
from medkg.reasoning.rulefile import Rule, load_rules


def choose_preferred(store: ox.Store, folder: Path) -> int:
    """Run the queries of a folder over the named graphs; give the number of preferred statements.

    They run in the order of their numbers; each sees what those before it chose.

    Raises:
        OntologyError: a file is broken, or a query fails.
    """
    graph = ox.NamedNode(Graphs.PREFERRED)
    for rule in load_rules(folder):
        chosen = _choose(store, rule)
        store.extend(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in chosen)
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _choose(store: ox.Store, rule: Rule) -> list[ox.Triple]:
    try:
        answer = store.query(rule.text)
        if not isinstance(answer, ox.QueryTriples):
            raise OntologyError("not a CONSTRUCT query", place=Place(rule.file))
        return list(answer)
    except RuntimeError as error:
        raise OntologyError(f"the query cannot be run: {error}", place=Place(rule.file)) from error
