"""The process of one change: reads an order from the server process, carries it out, and says how."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Mapping
from typing import Any, Final

from medkg.changes.admission import Admission
from medkg.changes.carrying import carry_out
from medkg.changes.requests import DEFAULT, Done, Update
from medkg.changes.wire import Order, Outcome, kind_of, pack_error, pack_outcome, unpack_order
from medkg.errors import LimitExceeded, MedkgError, Unavailable
from medkg.store.counts import Change
from medkg.store.draft import Draft
from medkg.store.manifest import Manifest
from medkg.store.writer import Writer
from medkg.workers.isolation import bound_memory, enclose

#: Room for nesting; what is nested deeper ends the process. Pages of it that are not used cost nothing.
_STACK: Final = 256 << 20


def live(ends: list[socket.socket]) -> None:
    """Carry out the order that comes over the first socket; what is written to standard error goes to the second."""
    talk, errors = ends
    for output in (1, 2):
        os.dup2(errors.fileno(), output)
    errors.close()
    line = talk.makefile("rb").readline()
    if not line.endswith(b"\n"):
        return  # the server process has changed its mind
    order = unpack_order(line)
    work = _Work(order, talk, enclose().offline)
    # A thread of its own not only for its stack: the engine's random numbers, of which blank nodes are made, belong to
    # a thread, and each fork begins with a copy of those of the nursery's.
    threading.stack_size(_STACK)
    worker = threading.Thread(target=work.run, name="change")
    worker.start()
    # Threads that the store starts need no such room.
    threading.stack_size(0)
    worker.join()


class _Work:
    """One order being carried out, and the socket to tell the server process of it."""

    def __init__(self, order: Order, talk: socket.socket, offline: bool) -> None:
        self._order, self._talk, self._offline = order, talk, offline

    def run(self) -> None:
        """Carry it out, and say what came of it."""
        try:
            self._say(pack_outcome(self._carried_out()))
        except MedkgError as error:
            self._say({"error": pack_error(error)})
        except MemoryError:
            self._say({"error": pack_error(_too_large(self._order.memory_mib))})

    def _carried_out(self) -> Outcome:
        order = self._order
        kind = order.default_graph
        with Writer(order.home, retention=order.retention, default_graph=kind, wait=order.wait) as writer:
            self._say({"event": "begun"})
            before = writer.generations.current()
            manifest, change = writer.change(self._changed, self._checked, reason=_reason(order))
            held = writer.generations.manifest(before).graphs if before is not None else {}
            done = _done(order, manifest, change, held)
        graphs = sorted({*change.added, *change.deleted})
        return Outcome(done=done, graphs=tuple(None if graph == DEFAULT else graph for graph in graphs))

    def _changed(self, draft: Draft) -> Change:
        union = self._order.default_graph == "union"
        # What an open store takes by itself is not the change's; nothing of the change has been read before this.
        draft.primary.engine()
        bound_memory(self._order.memory_mib)
        return carry_out(draft, self._order.change, union=union, offline=self._offline)

    def _checked(self, draft: Draft, change: Change) -> Mapping[str, int]:
        counts = Admission(self._order).admitted(draft, change)
        self._say({"event": "publishing"})
        return counts

    def _say(self, content: Mapping[str, Any]) -> None:
        try:
            self._talk.sendall(json.dumps(content).encode() + b"\n")
        except OSError as error:
            raise Unavailable("the server process has ended") from error


def _too_large(memory_mib: int) -> LimitExceeded:
    message = f"the change needs more than {memory_mib} MiB of memory"
    return LimitExceeded(message, limit="memory_mib", value=memory_mib, unit="MiB")


def _done(order: Order, manifest: Manifest, change: Change, held: Mapping[str, int]) -> Done:
    target = "" if isinstance(order.change, Update) else order.change.target
    existed = held.get(target, 0) > 0
    return Done(
        generation=manifest.generation,
        added=change.additions,
        deleted=change.deletions,
        existed=existed,
        created=not existed and bool(change.added[target]),
    )


def _reason(order: Order) -> str:
    """Give the reason for the history: what, and by which token."""
    return f"{kind_of(order.change)} by {order.caller.name or order.caller.id}"
