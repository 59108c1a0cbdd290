"""A query as the SPARQL 1.1 Protocol brings it: by GET, in a form, or as the body itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from medkg.endpoint.fields import Fields
from medkg.endpoint.negotiation import accept_of, chosen
from medkg.endpoint.problems import Refused, refusal
from medkg.endpoint.requests import FORM_TYPE, Call
from medkg.endpoint.tags import repeatable
from medkg.errors import BadQuery
from medkg.query.formats import GRAPHS, TABLES
from medkg.workers.guard import query_form
from medkg.workers.quick import QuickQuery, quick_query

QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
#: Characters of the longest query that is looked at.
LONGEST_QUERY: Final = 1_000_000
_LONGEST_QUICK: Final = 5_000
_TABLES: Final = {name: (item.media_type, *item.also) for name, item in TABLES.items()}
_GRAPHS: Final = {name: (item.media_type, *item.also) for name, item in GRAPHS.items()}
#: What else formats are called in the field ``format``.
_SYNONYMS: Final = {
    "turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "xml": "rdf",
    "rdf+xml": "rdf",
    "rdfxml": "rdf",
    "json-ld": "jsonld",
    "json": "jsonld",
}
#: The first word behind the prologue, whose IRIs may hold any word.
_ASK: Final = re.compile(r"(?:\A|[\s>])ask\s*(?:where\s*)?\{", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A query with everything its answer depends on but the generation."""

    query: str
    form: str
    format: str
    as_page: bool
    #: The same bytes come out whenever one generation is asked.
    same: bool
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    arguments: tuple[tuple[str, str], ...]

    def key(self, coding: str, reads: bool) -> tuple[object, ...]:
        """Give what the answer is kept under."""
        return (self.query, self.format, self.default_graphs, self.named_graphs, coding, reads)


async def read_query(call: Call) -> tuple[str | None, Fields]:
    """Give the query of a request, None where it has none, and all its fields.

    Raises:
        Refused: the request is broken, or its body is of a type nobody reads.
        BadQuery: it is an update, it comes twice, or a form has none.
    """
    if call.reads:
        fields = call.fields
    elif call.media_type == QUERY_TYPE:
        fields = Fields([("query", await call.text())]) + call.fields
    elif call.media_type == FORM_TYPE:
        fields = await call.form() + call.fields
    elif call.media_type == UPDATE_TYPE:
        raise _updates_refused()
    else:
        raise refusal(415, "the body is neither a form nor a query", f"Send {FORM_TYPE} or {QUERY_TYPE}.")
    if "update" in fields:
        raise _updates_refused()
    query = fields.one("query")
    if query is None and not call.reads:
        raise BadQuery("the form has no field query", remedy="Send query=… in the form, or the query as the body.")
    return query, fields


def question_of(call: Call, query: str, fields: Fields) -> Question:
    """Give the question that a query and the other fields of its request ask.

    Raises:
        NotAcceptable: the answer does not exist in a format asked for.
        BadQuery: the query is too long.
        Refused: a field stands twice.
    """
    if len(query) > LONGEST_QUERY:
        remedy = "Ask in several queries, or load your values into a store of your own and join there."
        raise BadQuery(f"the query has {len(query):,} characters, of at most {LONGEST_QUERY:,}", remedy=remedy)
    form = query_form(query)
    asked = _asked_format(fields, form)
    as_page = asked is None and form in {"SELECT", "ASK"} and page_preferred(call)
    default, named = fields.all("default-graph-uri"), fields.all("named-graph-uri")
    given = bool(default or named)
    return Question(
        query,
        form,
        "json" if as_page else _format(call, form or "SELECT", asked),
        as_page,
        repeatable(query, form),
        default if given else None,
        named if given else None,
        tuple(fields.pairs),
    )


def page_preferred(call: Call) -> bool:
    """Say whether a reader's browser asks for a table; triples it gets as Turtle, which it shows or saves."""
    accept = accept_of(call.header(b"accept"))
    return accept.names("text/html") and accept.quality("text/html") > accept.quality(TABLES["json"].media_type)


def quick_question(call: Call) -> tuple[Question, QuickQuery] | None:
    """Give the question of a GET that has a query and nothing else, if the quick door may be open to it; else None.

    It takes the short way to what :func:`question_of` would say: such a query has a form, and no call that changes.
    """
    raw = call.query_string
    if call.method != "GET" or len(raw) > _LONGEST_QUICK or not raw.startswith(b"query=") or b"&" in raw:
        return None
    try:
        text = call.fields.pairs[0][1]
    except Refused:
        return None
    quick = quick_query(text)
    name = _quick_format(call.header(b"accept"))
    if quick is None or name is None:
        return None
    return Question(text, quick_form(text), name, False, True, None, None, ()), quick


def quick_form(text: str) -> str:
    """Give the form of a query that :func:`medkg.workers.quick.quick_query` lets through."""
    return "ASK" if _ASK.search(text) else "SELECT"


@lru_cache(maxsize=512)
def _quick_format(accept: str) -> str | None:
    """Give the format of a table for an Accept header; None where the long way is to look at it."""
    wishes = accept_of(accept)
    return None if wishes.names("text/html") else wishes.best(_TABLES)


def _asked_format(fields: Fields, form: str) -> str | None:
    """Give the short name of the format that a field asks for, None where it asks for none.

    Some clients send a name, a media type or both (``format=turtle&format=text/turtle``), and ``xml`` for triples.
    Where they mean nothing of this form, but something of the other, it is as if they had not been sent.

    Raises:
        Refused: they mean two formats.
    """
    offered = _TABLES if form in {"SELECT", "ASK", ""} else _GRAPHS
    wishes = [wish for value in fields.all("format") if (wish := value.strip().lower())]
    meant = [name for wish in wishes for name in _meant(wish, offered)]
    if len(set(meant)) > 1:
        fields.one("format")
    if meant:
        return meant[0]
    return None if all(map(_known_elsewhere, wishes)) else wishes[0]


def _meant(wish: str, offered: Mapping[str, tuple[str, ...]]) -> list[str]:
    named = wish if wish in offered else _SYNONYMS.get(wish, wish)
    return [name for name, media in offered.items() if named == name or wish in media]


def _known_elsewhere(wish: str) -> bool:
    """Say whether a wish names a format of the other form; then the Accept header decides."""
    return bool(_meant(wish, _TABLES) or _meant(wish, _GRAPHS))


def _format(call: Call, form: str, asked: str | None) -> str:
    offered = _TABLES if form in {"SELECT", "ASK"} else _GRAPHS
    accept = accept_of(call.header(b"accept"))
    if asked is None and accept.best(offered) is None and accept.quality("text/html") > 0:
        # A browser asks for a page and means whatever there is.
        return next(iter(offered))
    return chosen(accept, asked, offered)


def _updates_refused() -> BadQuery:
    return BadQuery("updates are refused: this address only reads", remedy="Send updates to /update, with a token.")
