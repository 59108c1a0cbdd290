"""What a stranger's query may not do: leave the server or write. Decided on words, before the engine sees the text."""

from __future__ import annotations

from typing import Final

from medkg.errors import BadQuery
from medkg.keywords import keywords, resolve_escapes

_UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


def refuse_forbidden(query: str) -> None:
    """Let a query pass that stays inside and only reads.

    The text is looked at as it stands and with its code-point escapes resolved, since engines resolve them first.

    Raises:
        BadQuery: it calls another server (SERVICE), or is an update (LOAD and the rest).
    """
    for text in dict.fromkeys((query, resolve_escapes(query))):
        _refuse(text)


def query_form(query: str) -> str:
    """Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty where it has none."""
    return next((word for word in keywords(resolve_escapes(query)) if word in _FORMS), "")


def _refuse(text: str) -> None:
    first = True
    for word in keywords(text):
        if word == "SERVICE":
            remedy = "Leave the SERVICE part out, and join with the other endpoint's answer on your side."
            raise BadQuery("SERVICE is refused: this endpoint calls no other server", remedy=remedy)
        if first and word in _UPDATES:
            raise BadQuery(
                f"{word} is refused: this endpoint only reads", remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE."
            )
        first = first and word in {"PREFIX", "BASE"}
