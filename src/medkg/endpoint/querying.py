"""/sparql: from a question to its answer: from the cache, by the quick door, or from a child."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Final

from medkg.access.caller import Caller
from medkg.endpoint.asking import ask, beginning, finish, may_be_relative, pieces
from medkg.endpoint.budgeting import Purse
from medkg.endpoint.cache import Kept
from medkg.endpoint.compression import coding_for
from medkg.endpoint.description import describe
from medkg.endpoint.pages import Result
from medkg.endpoint.questions import Question, question_of, quick_question, read_query
from medkg.endpoint.requests import Call, while_connected
from medkg.endpoint.responses import Reply, Stream, encoded, wire_headers
from medkg.endpoint.service import Served, Service
from medkg.endpoint.tags import VARY_FORMAT, VARY_LANGUAGE, caching_headers, entity_tag, names_tag
from medkg.endpoint.watching import Watched
from medkg.query.formats import GRAPHS, TABLES
from medkg.store.reader import Snapshot
from medkg.workers.answer import Answer
from medkg.workers.guard import refuse_forbidden
from medkg.workers.quick import QuickQuery, answer_quickly, quick_query

#: Bytes of an answer that are fetched for a page; a page shows its first rows.
MOST_FOR_PAGE: Final = 4 * 1024 * 1024
_CONTENT_TYPES: Final = {
    **{name: item.content_type for name, item in TABLES.items()},
    **{name: item.content_type for name, item in GRAPHS.items()},
}

Outcome = Reply | Stream | Kept | Result | None


async def query(service: Service, call: Call, watched: Watched) -> Outcome:
    """Answer a request to /sparql; None where the pages are to answer it (the editor).

    Raises:
        MedkgError, Refused, NotAcceptable: why there is no answer.
    """
    text, fields = await read_query(call)
    served = service.served()
    if text is None:
        return describe(service, served, call, fields)
    if call.reads and "edit" in fields:
        return None
    watched.text, watched.arguments, watched.generation = text, fields.pairs, served.number
    refuse_forbidden(text, service.allowed)
    question = question_of(call, text, fields)
    if may_be_relative(text):
        # The asker chooses the Host header, and so what such a query means: nobody else gets its answer.
        question = replace(question, same=False)
    watched.form, watched.format = question.form, question.format
    run = _Run(service, call, served, question, watched)
    return await (run.page() if question.as_page else run.data())


def quickly(service: Service, call: Call, served: Served) -> Kept | None:
    """Give the answer to a request that the server process answers by itself at once; None where it does not.

    Such answers are counted, and not logged one by one.
    """
    found = quick_question(call)
    if found is None:
        return None
    question, quick = found
    watched = Watched()
    return _Run(service, call, served, question, watched).quickly(quick)


class _Run:
    """One question put to one generation."""

    def __init__(self, service: Service, call: Call, served: Served, question: Question, watched: Watched) -> None:
        self.service = service
        self.call = call
        self.served = served
        self.question = question
        self.watched = watched

    async def data(self) -> Outcome:
        """Give the answer in its format: from the cache, by the quick door, or from a child."""
        question, cache = self.question, self.service.cache
        coding = coding_for(self.call.header(b"accept-encoding"))
        key = question.key(coding, self.call.reads)
        headers = self._headers(question.format, coding, repr(key).encode())
        if self.call.header(b"authorization"):
            self._caller()  # a token that is no good is refused, be the answer at hand or not
        if self._is_known(headers):
            return Reply(304, headers)
        found = cache.get(key) if question.same else None
        self.service.metrics.cache(hit=found is not None)
        if found is None:
            return await self._fresh(key, headers, coding)
        self.watched.cached = True
        if self.call.reads:
            cache.know(request_key(self.call), key)
        return found

    def quickly(self, quick: QuickQuery) -> Kept | None:
        """Give the answer by the quick door; None where it turns out too large, or wrong."""
        question = self.question
        coding = coding_for(self.call.header(b"accept-encoding"))
        key = question.key(coding, True)
        self.watched.form = question.form
        found = self._through_quick_door(quick)
        if found is None:
            return None
        return self._whole(key, self._headers(question.format, coding, repr(key).encode()), found[0], coding, found[1])

    async def page(self) -> Outcome:
        """Give the beginning of the answer for a page."""
        question, lent = self.question, self.service.lent
        call, argument = self.call, dict(question.arguments).get("lang", "")
        languages = lent.languages(call.languages, argument, call.header(b"accept-language"))
        request = repr(question.key("", True)).encode()
        keeps = question.same and self.call.reads
        tag = f"{entity_tag(self.served.tag, f'html-{languages.tag}', request)}-{lent.code}" if keeps else ""
        if names_tag(call.header(b"if-none-match"), tag):
            return Reply(
                304, caching_headers(self.served.number, tag, VARY_FORMAT if languages.told else VARY_LANGUAGE)
            )
        began = perf_counter()
        answer, purse = await ask(self.service, self.call, question, self.served.number, self._caller())
        try:
            body, whole = await while_connected(self.call, beginning(answer, MOST_FOR_PAGE))
        finally:
            await finish(answer, purse)
            self.service.gauge()
        tag = tag if self.question.same else ""
        took = perf_counter() - began
        return Result(question.query, body, whole, question.arguments, self.served.tag, tag, took)

    async def _fresh(self, key: tuple[object, ...], headers: list[tuple[str, str]], coding: str) -> Outcome:
        quick = self._quick()
        if quick is not None:
            return self._whole(key, headers, quick[0], coding, quick[1])
        answer, purse = await ask(self.service, self.call, self.question, self.served.number, self._caller())
        headers = self._of(answer, headers, coding, key)
        body = answer.whole
        if body is None:
            return Stream([*headers, *purse.headers()], b"", pieces(answer, purse, self.service), coding)
        await finish(answer, purse)
        return self._whole(key, headers, body, coding, purse.headers())

    def _quick(self) -> tuple[bytes, list[tuple[str, str]]] | None:
        """Give the answer by the quick door, and what it leaves to spend; None where the question does not fit."""
        question = self.question
        if question.default_graphs is not None or question.named_graphs is not None:
            return None
        quick = quick_query(question.query)
        return None if quick is None else self._through_quick_door(quick)

    def _through_quick_door(self, quick: QuickQuery) -> tuple[bytes, list[tuple[str, str]]] | None:
        snapshot = self.served.snapshot
        if not isinstance(snapshot, Snapshot):
            return None
        caller = self._caller()
        purse = Purse(self.service, caller, self.service.limits(caller))
        began = perf_counter()
        body = answer_quickly(snapshot, quick, self.question.format, union=self.service.union)
        purse.spend(perf_counter() - began)
        return None if body is None else (body, purse.headers())

    def _caller(self) -> Caller:
        caller = self.service.caller(self.call)
        self.watched.role = caller.role.word
        return caller

    def _headers(self, name: str, coding: str, request: bytes) -> list[tuple[str, str]]:
        keeps = self.question.same and self.call.reads
        tag = entity_tag(self.served.tag, f"{name}-{coding}" if coding else name, request) if keeps else ""
        return [("Content-Type", _CONTENT_TYPES[name]), *caching_headers(self.served.number, tag)]

    def _is_known(self, headers: list[tuple[str, str]]) -> bool:
        asked = self.call.header(b"if-none-match")
        return bool(asked) and names_tag(asked, dict(headers).get("ETag", "").strip('"'))

    def _of(
        self, answer: Answer, headers: list[tuple[str, str]], coding: str, key: tuple[object, ...]
    ) -> list[tuple[str, str]]:
        """Give the headers of an answer whose query was perhaps not of the form that its words promised."""
        self.watched.form, self.watched.format = answer.head.form, answer.head.format
        keeps = any(name == "ETag" for name, _ in headers)
        as_expected = answer.head.format == self.question.format and (self.question.same or not keeps)
        return headers if as_expected else self._headers(answer.head.format, coding, repr(key).encode())

    def _whole(
        self,
        key: tuple[object, ...],
        headers: list[tuple[str, str]],
        body: bytes,
        coding: str,
        more: list[tuple[str, str]],
    ) -> Kept:
        """Give a whole answer ready for the wire, and keep it."""
        wire, data = wire_headers(Reply(200, headers, body), coding)
        kept = Kept(wire, data, self.watched.form.lower())
        if self.question.same:
            cache = self.service.cache
            cache.put(key, kept, self.served.snapshot)
            if self.call.reads:
                cache.know(request_key(self.call), key)
            self.service.metrics.cache_bytes(cache.bytes)
        return Kept([*wire, *encoded(more)], data, kept.form) if more else kept


def request_key(call: Call) -> tuple[bytes, ...]:
    """Give the bytes by which a request is known again: all that its answer depends on."""
    headers = call.headers
    return call.query_string, headers.get(b"accept", b""), headers.get(b"accept-encoding", b"")
