"""What a stranger's query may not do: leave the server or write. Decided before the engine sees the text."""

from __future__ import annotations

import re
from typing import Final

from medkg.errors import BadQuery
from medkg.keywords import keywords, resolve_escapes

_UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])

#: The letters of SERVICE with anything behind them that can begin an endpoint: an IRI, a variable, a prefixed name, or
#: a comment, behind which nobody looks. Strings, comments and IRIs are on purpose not told apart: the engine reads
#: laxer than any grammar we could hold against it, and whoever guesses another end of a string than the engine does
#: lets a call through. A variable alone is skipped: its letters can be no keyword wherever the text puts them.
#: Lengths are bounded so that no text takes longer than its own length; a word too long to judge is refused.
_SERVICE: Final = re.compile(
    r"""
      [?$][A-Za-z0-9_]+
    | (?P<call>
        service [\s\x00-\x20]* (?:silent [\s\x00-\x20]*)?
        (?:
            [<\#]
          | [?$][\w\x80-\U0010ffff]
          | [\w.\-\\\x80-\U0010ffff]{0,255}:
          | [\w.\-\\\x80-\U0010ffff]{256}
        )
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CALL_REMEDY: Final = (
    "Leave the SERVICE part out, and join with the other endpoint's answer on your side. Where the letters are part of "
    "a text, a name or an address, part them from what follows: CONCAT('web servi', 'ce: x'), another prefix, or the "
    "IRI in full."
)


def refuse_forbidden(query: str) -> None:
    """Let a query pass that stays inside and only reads.

    The text is looked at as it stands and with its code-point escapes resolved, since engines may resolve them first.

    Raises:
        BadQuery: it calls another server (SERVICE) or could be read so, or it is an update (LOAD and the rest).
    """
    for text in dict.fromkeys((query, resolve_escapes(query))):
        if any(match["call"] for match in _SERVICE.finditer(text)):
            raise BadQuery("SERVICE is refused: this endpoint calls no other server", remedy=_CALL_REMEDY)
        _refuse_update(text)


def query_form(query: str) -> str:
    """Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty where it has none."""
    return next((word for word in keywords(resolve_escapes(query)) if word in _FORMS), "")


def _refuse_update(text: str) -> None:
    """Name the update that a text begins with; the engine would only say that it is no query."""
    word = next((word for word in keywords(text) if word not in {"PREFIX", "BASE"}), "")
    if word in _UPDATES:
        raise BadQuery(
            f"{word} is refused: this endpoint only reads", remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
