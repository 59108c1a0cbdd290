"""What a stranger's query may not do: leave the server or write. Decided on words, before the engine sees the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from medkg.errors import BadQuery

#: Texts, comments, IRIs, variables and prefixed names may hold any word; only what is none of them is a keyword.
_TOKEN: Final = re.compile(
    r"""
      (?P<skip>
          \#[^\n\r]*
        | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        | '''(?:[^'\\]|\\.|'(?!''))*'''
        | "(?:[^"\\\n\r]|\\.)*"
        | '(?:[^'\\\n\r]|\\.)*'
        | <[^<>"{}|^`\\\x00-\x20]*>
        | [?$]\w+
        | @[A-Za-z]+(?:-[A-Za-z0-9]+)*
        | (?:[^\W\d_][\w.\-]*)?:(?:[\w.\-:%]|\\.)*
      )
    | (?P<word>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
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


def keywords(query: str) -> Iterator[str]:
    """Give the bare words of a query in upper case: no text, comment, IRI, variable or prefixed name."""
    for match in _TOKEN.finditer(query):
        if match["word"]:
            yield match["word"].upper()


def resolve_escapes(query: str) -> str:
    r"""Give the query with ``\\uXXXX`` and ``\\UXXXXXXXX`` resolved, as SPARQL 1.1 §19.2 wants it before parsing."""
    return _ESCAPE.sub(_character, query)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]


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
