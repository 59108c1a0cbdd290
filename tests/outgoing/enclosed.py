"""A child as the pool makes it: shut in, with a relay to a broker in this process, the real engine in it."""

from __future__ import annotations

import faulthandler
import resource
import socket
from pathlib import Path

import pyoxigraph as ox

from medkg.outgoing.broker import Broker
from medkg.outgoing.endpoints import read_endpoints
from medkg.outgoing.relay import Relay
from medkg.outgoing.request import Caller
from medkg.workers.isolation import enclose
from tests.workers.forked import in_child


def ask_enclosed(
    query: str, services: str, caller: Caller | None = None, spare_mib: int | None = None
) -> list[str] | str:
    """Give the rows of a query that a child ran, as N-Triples terms in order of the variables' names; or its error.

    ``spare_mib`` is what it may take on top of what it holds before.
    """
    endpoints = read_endpoints(services)
    ours, theirs = socket.socketpair()

    def work() -> list[str] | str:
        faulthandler.disable()  # a child that ends itself need not say where
        walls = enclose(calls=True)
        assert walls.calls
        relay = Relay(theirs, endpoints)
        store = ox.Store()
        for number in range(3):
            store.add(ox.Quad(ox.NamedNode(f"urn:s{number}"), ox.NamedNode("urn:p"), ox.Literal(str(number))))
        if spare_mib is not None:
            leave(spare_mib)
        try:
            found = store.query(relay.query(query))
            assert isinstance(found, ox.QuerySolutions)
            names = sorted(variable.value for variable in found.variables)
            return sorted(" ".join(str(row[name]) for name in names) for row in found)
        except (OSError, RuntimeError, SyntaxError) as error:
            return relay.restored(f"{type(error).__name__}: {error}")

    with theirs:
        Broker(endpoints, caller).attach(ours)
        return in_child(work)


def leave(spare_mib: int) -> None:
    """Bound the memory of this process to what it has and a little more; no core file is left where it ends."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0])
    most = pages * resource.getpagesize() + spare_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
