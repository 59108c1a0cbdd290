"""The process of one change: reads an order from standard input, carries it out, and says on standard output how."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from time import monotonic
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
from medkg.workers.isolation import die_with, enclose

#: Room for nesting; what is nested deeper ends the process. Pages of it that are not used cost nothing.
_STACK: Final = 256 << 20


def main() -> None:
    """Carry out the order that stands on standard input."""
    # Nobody else would end it after its server, and it holds the writer's lock.
    die_with(os.getppid())
    order = unpack_order(sys.stdin.buffer.readline())
    offline = enclose(order.memory_mib).offline
    threading.stack_size(_STACK)
    worker = threading.Thread(target=_work, args=(order, offline), name="change")
    worker.start()
    # Threads that the store starts need no such room.
    threading.stack_size(0)
    worker.join()


def _work(order: Order, offline: bool) -> None:
    try:
        _say(pack_outcome(_carried_out(order, offline)))
    except MedkgError as error:
        _say({"error": pack_error(error)})
    except MemoryError:
        limit = LimitExceeded(
            f"the change needs more than {order.memory_mib} MiB of memory",
            limit="memory_mib",
            value=order.memory_mib,
            unit="MiB",
        )
        _say({"error": pack_error(limit)})


def _carried_out(order: Order, offline: bool) -> Outcome:
    union = order.default_graph == "union"
    with Writer(order.home, retention=order.retention, default_graph=order.default_graph, wait=order.wait) as writer:
        _say({"event": "begun"})
        started = monotonic()
        before = writer.generations.current()
        admission = Admission(order)

        def check(draft: Draft, change: Change) -> Mapping[str, int]:
            counts = admission.admitted(draft, change)
            _say({"event": "publishing"})
            return counts

        manifest, change = writer.change(
            lambda draft: carry_out(draft, order.change, union=union, offline=offline), check, reason=_reason(order)
        )
        held = writer.generations.manifest(before).graphs if before is not None else {}
        done = _done(order, manifest, change, held, monotonic() - started)
    graphs = sorted({*change.added, *change.deleted})
    return Outcome(done=done, graphs=tuple(None if graph == DEFAULT else graph for graph in graphs))


def _done(order: Order, manifest: Manifest, change: Change, held: Mapping[str, int], seconds: float) -> Done:
    target = "" if isinstance(order.change, Update) else order.change.target
    existed = held.get(target, 0) > 0
    return Done(
        generation=manifest.generation,
        added=change.additions,
        deleted=change.deletions,
        existed=existed,
        created=not existed and bool(change.added[target]),
        seconds=round(seconds, 3),
    )


def _reason(order: Order) -> str:
    """Give the reason for the history: what, and by which token."""
    return f"{kind_of(order.change)} by {order.caller.name or order.caller.id}"


def _say(content: Mapping[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(content) + "\n")
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise Unavailable("the server process has ended") from error


if __name__ == "__main__":
    main()
