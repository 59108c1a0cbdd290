"""Which state of the other service answers now: its version where it tells one, and how much is in which graph."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Final

import pyoxigraph as ox

from medkg.errors import MedkgError, Unavailable
from medkg.namespaces import DCTERMS
from medkg.remote.address import read_address
from medkg.remote.answers import told_as_ours
from medkg.remote.call import Call
from medkg.remote.service import Parameters, Service, own_query
from medkg.remote.store import RemoteStore
from medkg.store.log import log
from medkg.store.manifest import Manifest

#: Seconds after which the service is looked at again; where it did not answer, again each second.
INTERVAL: Final = 60.0
RETRY: Final = 1.0
#: Seconds after which a state is taken for another though nothing tells them apart, where the service tells no version.
LONGEST_TRUST: Final = 900.0
#: Seconds for each question about the state. Counting all of a large store takes a while.
_SECONDS: Final = 60.0
_MOST_MIB: Final = 64
#: A number that people can still read and that two states in a row do not share (one in a billion).
_DIGITS: Final = 1_000_000_000


class RemoteReader:
    """The service at an address, for many threads; a process opens one and keeps it.

    Raises:
        SettingsError: the address cannot be used.
        Unavailable: the service does not answer.
    """

    def __init__(self, store: str) -> None:
        self.service = Service(read_address(store))
        self._lock = threading.Lock()
        self._problem: Unavailable | None = None
        self._tells_version = False
        self._since = monotonic()
        self._store = RemoteStore(self.service, self._looked_at())
        self._due = monotonic() + INTERVAL

    def snapshot(self) -> RemoteStore:
        """Give the state that answers now. A thread looks from time to time whether it is another; nobody waits.

        It looks at once where a query found nobody there.
        """
        due = monotonic() >= self._due or (self.service.missed and self._problem is None)
        if due and self._lock.acquire(blocking=False):
            self._begin_to_look()
        return self._store

    @property
    def problem(self) -> Unavailable | None:
        """Why the service could not be looked at last time, so that nothing is answered; None where it could."""
        return self._problem

    def _begin_to_look(self) -> None:
        try:
            threading.Thread(target=self._look_aside, name="remote-state", daemon=True).start()
        except RuntimeError as error:  # no thread is to be had; whoever asks next tries again
            self._lock.release()
            self._put_off(Unavailable(f"cannot be looked at: {error}", subject=self.service.address.url))

    def _look_aside(self) -> None:
        try:
            self._look()
        finally:
            self._lock.release()

    def _look(self) -> None:
        self.service.missed = False
        try:
            manifest = self._looked_at()
        except MedkgError as error:
            self._put_off(error)
            return
        if self._problem is not None:
            log(__name__).info("remote-answers-again", store=self.service.address.url)
        self._problem, self._due = None, monotonic() + INTERVAL
        if manifest != self._store.manifest or (not self._tells_version and self._trusted_for() > LONGEST_TRUST):
            self._store, self._since = RemoteStore(self.service, manifest), monotonic()

    def _trusted_for(self) -> float:
        return monotonic() - self._since

    def _put_off(self, error: MedkgError) -> None:
        if self._problem is None:
            log(__name__).error("remote-does-not-answer", store=self.service.address.url, error=error.message)
        self._problem = Unavailable(error.message, subject=error.subject, remedy=error.remedy)
        self._due = monotonic() + RETRY

    def _looked_at(self) -> Manifest:
        try:
            return self._described()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            message = f"answers a question about its state with something else: {error}"
            raise Unavailable(message, subject=self.service.address.url) from error

    def _described(self) -> Manifest:
        product = self.service.recognise(_SECONDS)
        told = sorted((str(row["dataset"]), str(row["property"]), row["value"].value) for row in self._rows("version"))
        dates = [value for _, name, value in told if name == f"<{DCTERMS}modified>"]
        self._tells_version = bool(dates)
        counts = {row["graph"].value: int(row["triples"].value) for row in self._rows("graphs")}
        graphs = {graph: counts[graph] for graph in sorted(counts) if not self.service.own_graph(graph)}
        return Manifest(
            generation=_fingerprint(told, graphs),
            created=max(dates, default=""),
            parent=None,
            reason=f"served by {product.name}",
            quads=sum(graphs.values()),
            added=0,
            deleted=0,
            graphs=graphs,
        )

    def _rows(self, name: str) -> Iterable[ox.QuerySolution]:
        parameters: Parameters = self.service.parameters(_SECONDS, (), chosen=True)
        with Call(self.service.address, _SECONDS) as call, told_as_ours(call, _SECONDS):
            call.send(own_query(name), "SELECT", parameters)
            found = self.service.table(call, "SELECT", _SECONDS, _MOST_MIB)
            if not isinstance(found, ox.QuerySolutions):
                raise Unavailable("answers SELECT with a truth value", subject=self.service.address.url)
            return list(found)


def _fingerprint(told: Iterable[tuple[str, str, str]], graphs: Mapping[str, int]) -> int:
    content = json.dumps([list(told), dict(graphs)], ensure_ascii=False, sort_keys=True)
    digest = hashlib.blake2b(content.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _DIGITS + 1
