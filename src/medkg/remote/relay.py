"""Strangers' queries sent on to the service behind this one, with the interface of the pool of children."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Final, cast

import pyoxigraph as ox

from medkg.access.limits import Limits
from medkg.errors import QueryError, Unavailable
from medkg.namespaces import PREFIXES
from medkg.query.formats import GRAPHS, TABLES, carried
from medkg.remote.answers import told_as_ours
from medkg.remote.call import Call
from medkg.remote.guard import refuse_over_remote
from medkg.remote.pipe import ClientGone, Pipe
from medkg.remote.service import Parameters, Service
from medkg.remote.texts import form_of, with_prefixes
from medkg.remote.turns import Turns
from medkg.settings import Settings
from medkg.store.log import log
from medkg.store.reader import names_dataset
from medkg.workers.answer import Answer, Head
from medkg.workers.asked import Asked
from medkg.workers.failures import too_large
from medkg.workers.stream import ResultTooLarge, Stream

MIB: Final = 1024 * 1024


class Relay:
    """The strangers' way to another service, for one server process; all of it belongs to one loop.

    As many queries run at once as the pool would have children. The service's answers are read in threads and written
    anew in the format asked for, so that a stranger meets one kind of answer whichever product is behind.
    """

    def __init__(self, settings: Settings, service: Service) -> None:
        self._service = service
        self._turns = Turns(settings.children)
        self._threads = ThreadPoolExecutor(settings.children, thread_name_prefix="relay")
        self._running: set[_Relayed] = set()

    async def start(self) -> None:
        """Do nothing: threads come with the first queries."""

    async def close(self) -> None:
        """End all; answers that still run fail."""
        for relayed in list(self._running):
            relayed.stop(Unavailable("the server ends", remedy="Try again."))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def answer(self, asked: Asked, limits: Limits, caller: str = "") -> Answer:
        """Give the answer to a query as soon as its head is known.

        Raises:
            BadQuery: it may not be sent on, or the service finds fault with it.
            LimitExceeded: it broke a limit, the service has cut its answer, or there are too many before it.
            Unavailable: the service does not answer, or not as it should.
        """
        refuse_over_remote(asked.query)
        await self._turns.take(caller, limits)
        relayed = _Relayed(self._service, asked, limits)
        self._running.add(relayed)
        work = asyncio.get_running_loop().run_in_executor(self._threads, relayed.work)
        work.add_done_callback(lambda _: self._ended(relayed, caller))
        await relayed.answer.begin()
        return relayed.answer

    def _ended(self, relayed: _Relayed, caller: str) -> None:
        self._running.discard(relayed)
        self._turns.give_back(caller)


class _Relayed:
    """One query on its way: the loop has the answer, a thread does the work."""

    def __init__(self, service: Service, asked: Asked, limits: Limits) -> None:
        self._service, self._asked, self._limits = service, asked, limits
        self._pipe = Pipe(asyncio.get_running_loop())
        self.answer = Answer(self._pipe.hold, self.stop)
        self._pipe.feed(self.answer)
        self._call = Call(service.address, limits.seconds, self.answer.waited)

    def stop(self, error: QueryError) -> None:
        """Break off, from the loop: the other side sees us go, and the thread ends with its next byte."""
        self.answer.fail(error)
        self._pipe.close()
        self._call.abort()

    def work(self) -> None:
        """Ask and pass the answer on, in a thread."""
        try:
            with self._call, told_as_ours(self._call, self._limits.seconds):
                rows = self._pass_on()
            self._pipe.end(max(0.0, self._call.elapsed - self.answer.waited()), rows)
        except ClientGone:
            return
        except ResultTooLarge:
            self._pipe.fail(too_large(self._limits.result_mib))
        except QueryError as error:
            self._pipe.fail(error)
        except Exception as error:
            log(__name__).exception("relay-failed", exc_info=error)
            self._pipe.fail(Unavailable("the answer could not be passed on", remedy="Tell the operator."))

    def _pass_on(self) -> int | None:
        asked, form, seconds = self._asked, form_of(self._asked.query), self._limits.seconds
        chosen = asked.default_graphs is not None or asked.named_graphs is not None or names_dataset(asked.query)
        parameters = self._service.parameters(seconds, _graphs(asked), chosen=chosen)
        base = f"BASE <{asked.base}> " if asked.base else ""
        self._service.send(self._call, base + with_prefixes(asked.query), form, parameters)
        if form in {"SELECT", "ASK"}:
            return self._table(form)
        return self._triples(form)

    def _table(self, form: str) -> int | None:
        found = self._service.table(self._call, form, self._limits.seconds, None)
        wanted = TABLES.get(self._asked.format) or next(iter(TABLES.values()))
        stream = self._stream(Head(form, wanted.name))
        found.serialize(cast(IO[bytes], stream), format=wanted.engine)
        stream.end(b"")
        return 1 if form == "ASK" else None

    def _triples(self, form: str) -> int:
        wanted = GRAPHS.get(self._asked.format) or next(iter(GRAPHS.values()))
        stream = self._stream(Head(form, wanted.name))
        triples = _Counted(self._service.triples(self._call, self._limits.seconds, None))
        ox.serialize(
            carried(triples, wanted.name), cast(IO[bytes], stream), format=wanted.engine, prefixes=dict(PREFIXES)
        )
        stream.end(b"")
        return triples.number

    def _stream(self, head: Head) -> Stream:
        return Stream(self._pipe, head, self._limits.result_mib * MIB)


class _Counted:
    """Triples, counted as they are taken."""

    def __init__(self, triples: Iterator[ox.Triple]) -> None:
        self._triples = triples
        self.number = 0

    def __iter__(self) -> Iterator[ox.Triple]:
        for triple in self._triples:
            self.number += 1
            yield triple


def _graphs(asked: Asked) -> Parameters:
    defaults = tuple(("default-graph-uri", iri) for iri in asked.default_graphs or ())
    return defaults + tuple(("named-graph-uri", iri) for iri in asked.named_graphs or ())
