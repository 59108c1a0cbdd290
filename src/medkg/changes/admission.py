"""Whether a change may be published: decided on its exact effect, so that no way of writing it gets round."""

from __future__ import annotations

from collections.abc import Mapping

from medkg.access.caller import Caller
from medkg.access.roles import Action
from medkg.changes.requests import DEFAULT
from medkg.changes.wire import Order
from medkg.errors import AccessRefused
from medkg.namespaces import GRAPH
from medkg.store.counts import Change
from medkg.store.draft import Draft


class Admission:
    """Decides on changes that one order makes."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def admitted(self, draft: Draft, change: Change) -> Mapping[str, int]:
        """Let a change pass; give the counts of its validation by severity.

        Raises:
            AccessRefused: it changes a graph that the caller may not change, or that belongs to the build.
        """
        require_graphs(self._order.caller, change)
        return draft.parent.manifest.validation if draft.parent else {}


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
