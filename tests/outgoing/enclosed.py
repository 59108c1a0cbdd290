"""A child as the pool makes it: shut in, with a relay to a broker in this process, the real engine in it."""

from __future__ import annotations

import socket

import pyoxigraph as ox

from medkg.outgoing.broker import Broker
from medkg.outgoing.endpoints import read_endpoints
from medkg.outgoing.relay import Relay
from medkg.outgoing.request import Caller
from medkg.workers.isolation import enclose
from tests.workers.forked import in_child


def ask_enclosed(query: str, services: str, caller: Caller | None = None) -> list[str] | str:
    """Give the rows of a query that a child ran, as N-Triples terms in order of the variables' names; or its error."""
    endpoints = read_endpoints(services)
    ours, theirs = socket.socketpair()

    def work() -> list[str] | str:
        walls = enclose(None, calls=True)
        assert walls.calls
        relay = Relay(theirs, endpoints)
        store = ox.Store()
        for number in range(3):
            store.add(ox.Quad(ox.NamedNode(f"urn:s{number}"), ox.NamedNode("urn:p"), ox.Literal(str(number))))
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
