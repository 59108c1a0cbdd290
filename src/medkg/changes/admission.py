"""Whether a change may be published: decided on its exact effect, so that no way of writing it gets round."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final, cast

from pyoxigraph import Store as Engine

from medkg.access.caller import Caller
from medkg.access.roles import Action
from medkg.changes.requests import DEFAULT
from medkg.changes.wire import Order
from medkg.errors import AccessRefused
from medkg.namespaces import GRAPH, Graphs
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.validation.gate import require_nothing_new
from medkg.validation.report import Report

#: Statements that are copied into memory for a validation; so many take some 300 MiB.
_MOST_IN_MEMORY: Final = 500_000


class Admission:
    """Decides on changes that one order makes."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def admitted(self, draft: Draft, change: Change) -> Mapping[str, int]:
        """Let a change pass; give the counts of its validation by severity.

        Raises:
            AccessRefused: it changes a graph that the caller may not change, or that belongs to the build.
            ValidationError: the registry has shapes, and it would break one that is kept now.
        """
        require_graphs(self._order.caller, change)
        if draft.parent is None or Graphs.SHAPES not in draft.parent.graphs:
            return {}
        return self._validated(draft.parent.engine, draft.primary.engine())

    def _validated(self, old: Engine, new: Engine) -> Mapping[str, int]:
        """Give the counts of a validation of the whole, if the change brings no violation.

        Raises:
            ValidationError: it does.
        """
        # Loaded only here: most registries have no shapes, and the library takes longer to load than most changes.
        shapes = importlib.import_module("medkg.validation.shapes")
        folder = self._order.ontology / "shapes"
        report = shapes.validate(_at_hand(new), folder)
        require_nothing_new(lambda: cast("Report", shapes.validate(_at_hand(old), folder)), report)
        return dict(report.counts)


def _at_hand(engine: Engine) -> Engine:
    """Give a copy in memory, where checks run four times as fast, unless it would be a large one."""
    if len(engine) > _MOST_IN_MEMORY:
        return engine
    copy = Engine()
    copy.bulk_extend(engine)
    return copy


def require_graphs(caller: Caller, change: Change) -> None:
    """Refuse a change to a graph that the caller may not change, or that belongs to the build.

    Raises:
        AccessRefused: the first such graph.
    """
    for action, graphs in ((Action.CHANGE, change.deleted), (Action.ADD, change.added)):
        for graph in sorted(graphs):
            if graph.startswith(GRAPH):
                remedy = "Each build replaces its graphs; give the statements another graph."
                raise AccessRefused("this graph belongs to the build", known=True, subject=graph, remedy=remedy)
            caller.require(action, None if graph == DEFAULT else graph)
