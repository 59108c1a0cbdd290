"""A query as the SPARQL 1.1 Protocol brings it: by GET, in a form, or as the body itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medkg.endpoint.negotiation import accept_of, chosen
from medkg.endpoint.problems import refusal
from medkg.endpoint.requests import FORM_TYPE, Call, Fields
from medkg.endpoint.tags import repeatable
from medkg.errors import BadQuery
from medkg.query.formats import TABLES, formats_of
from medkg.workers.guard import query_form

QUERY_TYPE: Final = "application/sparql-query"
UPDATE_TYPE: Final = "application/sparql-update"
#: Characters of the longest query that is looked at.
LONGEST_QUERY: Final = 1_000_000


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
    asked = fields.one("format") or None
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


def _format(call: Call, form: str, asked: str | None) -> str:
    offered = {name: (item.media_type, *item.also) for name, item in formats_of(form).items()}
    accept = accept_of(call.header(b"accept"))
    if asked is None and accept.best(offered) is None and accept.quality("text/html") > 0:
        # A browser asks for a page and means whatever there is.
        return next(iter(offered))
    return chosen(accept, asked, offered)


def _updates_refused() -> BadQuery:
    return BadQuery("updates are refused: this address only reads", remedy="Send updates to /update, with a token.")
