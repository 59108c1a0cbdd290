"""Changes to the graph of one saved meta-cluster: tried against the shapes and published, as every change is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from medkg.access.caller import Caller
from medkg.access.roles import Role
from medkg.analysis.milestones import Statements
from medkg.changes.admission import Admission
from medkg.changes.requests import Done, Put
from medkg.changes.wire import Order
from medkg.errors import Unavailable
from medkg.namespaces import SAVED
from medkg.settings import Settings
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.store.sorting import sorted_unique
from medkg.store.statements import lines, stored_form
from medkg.store.writer import Writer

#: Who works on the machine itself may write what is saved, and nothing else by this way.
_OPERATOR: Final = Caller("command", Role.CURATOR, (SAVED,), "command")
#: Seconds to wait for another writer.
_WAIT: Final = 30.0
Edit = Callable[[Statements], Statements]


def change_saved(settings: Settings, graph: ox.NamedNode, edit: Edit, *, reason: str) -> Done:
    """Put what ``edit`` makes of the statements of a graph in their place, and publish; no change publishes nothing.

    Raises:
        ValidationError: it would break a shape.
        StoreBusy: another process is writing.
        StoreError: nothing was published before, or the disk failed.
        Unavailable: another service holds the data.
        MedkgError: as ``edit`` does. Nothing was changed in any of these cases.
    """
    if settings.store:
        raise Unavailable("another service stands behind this registry", remedy="Write to that service.")
    order = Order.of(Put(target=graph.value, uploads=()), _OPERATOR, settings, 0, _WAIT)

    def changed(draft: Draft) -> Change:
        before = [] if draft.parent is None else list(draft.parent.engine.quads_for_pattern(None, None, None, graph))
        made = edit(frozenset(quad.triple for quad in before))
        after = (ox.Quad(one.subject, one.predicate, one.object, graph) for one in made)
        folder = draft.patch.parent
        return draft.exchange(
            sorted_unique(lines(before), folder), sorted_unique(lines(map(stored_form(), after)), folder)
        )

    with Writer(
        settings.home, retention=settings.retention, default_graph=settings.default_graph, wait=_WAIT
    ) as writer:
        manifest, change = writer.change(changed, Admission(order).admitted, reason=reason)
    return Done(generation=manifest.generation, added=change.additions, deleted=change.deletions)
