"""One other SPARQL service: every request to it goes through here, with its parameters, its limits and its oddities."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Final

import pyoxigraph as ox

from medkg.errors import Unavailable
from medkg.remote.address import Address
from medkg.remote.answers import Table, open_table, open_triples, told_as_ours
from medkg.remote.call import Call
from medkg.remote.products import UNKNOWN, Product, product_of
from medkg.remote.refusals import max_rows, refuse_status, too_many_rows

Parameters = tuple[tuple[str, str], ...]
#: Bytes of the answer by which a service is recognised; it holds one row.
_LONGEST_GREETING: Final = 64 * 1024


class Service:
    """The service at an address. Many threads may use it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.product: Product = UNKNOWN
        #: Whether a query found nobody there since the state was looked at last.
        self.missed = False
        self._lock = Lock()
        self._most_rows: int | None = None
        self._never_cut = 0

    def recognise(self, seconds: float) -> Product:
        """Ask for next to nothing, and learn from the answer which product it is.

        Raises:
            Unavailable: it does not answer.
        """
        with Call(self.address, seconds) as call, told_as_ours(call, seconds):
            call.send(own_query("rows"), "SELECT")
            self.product = product_of({name.lower(): value for name, value in call.response.headers.items()})
            refuse_status(call, seconds)
            call.response.read(_LONGEST_GREETING)
        return self.product

    def parameters(self, seconds: float, graphs: Parameters, *, chosen: bool) -> Parameters:
        """Give what goes along with a query: its data set or the wish for the union, and the limit of time."""
        timeout = self.product.timeout
        limit = ((timeout.parameter, timeout.value(seconds)),) if timeout else ()
        return (*graphs, *(() if chosen else self.product.union), *limit)

    def send(self, call: Call, text: str, form: str, parameters: Parameters) -> None:
        """Send a query, and remember where nobody was there to take it.

        Raises:
            Unavailable: the service cannot be reached, or broke off.
        """
        try:
            call.send(text, form, parameters)
        except Unavailable:
            self.missed = self.missed or not (call.aborted or call.late)
            raise

    def table(self, call: Call, form: str, seconds: float, most_mib: float | None) -> Table:
        """Give the answer of a call that was sent: a SELECT's or an ASK's."""
        self._learn(call)
        return open_table(call, self.product, form, seconds, most_mib)

    def triples(self, call: Call, seconds: float, most_mib: float | None) -> Iterator[ox.Triple]:
        """Give the answer of a call that was sent: a CONSTRUCT's or a DESCRIBE's.

        Raises:
            LimitExceeded: at the end, where the service may have cut it; see the errors of ``open_triples``, too.
        """
        number = 0
        with told_as_ours(call, seconds):
            for triple in open_triples(call, seconds, most_mib):
                number += 1
                yield triple
        if self.product.cuts_triples:
            self._refuse_if_cut(number, seconds)

    def own_graph(self, graph: str) -> bool:
        """Say whether a graph is the service's own and nobody's data."""
        return any(graph == name.format(origin=self.address.origin) for name in self.product.own_graphs) or (
            "own-graphs" in self.product.losses and _is_local(graph)
        )

    def _learn(self, call: Call) -> None:
        most = max_rows({name.lower(): value for name, value in call.response.headers.items()})
        if most is not None:
            self._most_rows = most

    def _refuse_if_cut(self, number: int, seconds: float) -> None:
        """Ask for so many rows of a table, where cuts are told, if it is not known yet whether they are given."""
        with self._lock:
            if self._most_rows is None and number > self._never_cut:
                with Call(self.address, seconds) as call, told_as_ours(call, seconds):
                    call.send(own_query("rows").replace("LIMIT 1", f"LIMIT {number}"), "SELECT")
                    refuse_status(call, seconds)
                    self._learn(call)
                self._never_cut = number
        if self._most_rows is not None and number >= self._most_rows:
            raise too_many_rows(self._most_rows)


@cache
def own_query(name: str) -> str:
    """Give the text of a query that stands beside this module."""
    return files("medkg.remote").joinpath(f"{name}.rq").read_text(encoding="utf-8")


def _is_local(graph: str) -> bool:
    """Virtuoso names some graphs after the host it was set up for, however it is reached."""
    return graph.startswith(("http://localhost:", "http://127.0.0.1:")) and graph.endswith(("/DAV/", "/sparql"))
