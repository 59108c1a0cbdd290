"""Whether a change may be published: decided on its exact effect, so that no way of writing it gets round."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from itertools import islice
from typing import cast

from medkg.access.caller import Caller
from medkg.access.roles import Action
from medkg.changes.requests import DEFAULT
from medkg.changes.wire import Order
from medkg.errors import AccessRefused
from medkg.namespaces import GRAPH, Graphs
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.store.patch import patch_lines
from medkg.store.reader import Snapshot
from medkg.store.statements import parsed


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
        return self._validated(draft, draft.parent)

    def _validated(self, draft: Draft, before: Snapshot) -> Mapping[str, int]:
        """Give the counts of a validation of the whole, if the change brings no violation.

        Raises:
            ValidationError: it does.
        """
        # Loaded only here: most registries have no shapes, and the libraries take longer to load than most changes.
        narrow = importlib.import_module("medkg.validation.narrow")
        quads = list(islice(parsed(line for _, line in patch_lines(draft.patch)), narrow.MOST + 1))
        plan = narrow.read_plan(self._order.ontology / "shapes")
        new = draft.primary.engine()
        known = before.manifest.validation
        mirrored = bool(before.manifest.mirrored), bool(draft.mirror.held)
        verdict = narrow.ChangeValidation(plan, before.engine, new, quads, mirrored).verdict(known)
        verdict.require_nothing_new(new)
        return cast("Mapping[str, int]", verdict.counts(known))


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
