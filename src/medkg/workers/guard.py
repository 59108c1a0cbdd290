"""What a stranger's query or update may not do: leave the server. Decided before the engine sees the text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from medkg.errors import BadQuery
from medkg.keywords import keywords, resolve_escapes
from medkg.outgoing.calls import CONSTANT_CALL

_UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
_MOST_READINGS: Final = 3
_FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])

#: The letters of SERVICE with anything behind them that can begin an endpoint: an IRI, a variable, a prefixed name, or
#: a comment, behind which nobody looks. Strings, comments and IRIs are on purpose not told apart: the engine reads
#: laxer than any grammar we could hold against it, and whoever guesses another end of a string than the engine does
#: lets a call through. A variable alone is skipped: its letters can be no keyword wherever the text puts them.
#: Lengths are bounded so that no text takes longer than its own length; a word too long to judge is refused.
#: Classes that hold both cases anyway do not ignore case: compiling that would go through all of Unicode.
_SERVICE: Final = re.compile(
    r"""
      [?$][A-Za-z0-9_]+
    | (?P<call>
        service [\s\x00-\x20]* (?:silent [\s\x00-\x20]*)?
        (?:
            [<\#]
          | [?$](?-i:[\w\x80-\U0010ffff])
          | (?-i:[\w.\-\\\x80-\U0010ffff]{0,255}):
          | (?-i:[\w.\-\\\x80-\U0010ffff]{256})
        )
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: LOAD stands where an operation begins: first of all, or behind a semicolon, a prologue's IRI or a comment's end. The
#: same letters further on in a line are left alone, since data are full of "Download: …".
_LOAD: Final = re.compile(
    r"""
      (?P<gap> \A[;>}\s\x00-\x20]*+ | [;>}\s\x00-\x20]++ )
      (?P<call>
        load [\s\x00-\x20]*+ (?: (?P<silent> silent [ \t\r\n]*+ (?=<) ) | silent [\s\x00-\x20]*+ )?
        (?: [<\#] | (?-i:[\w.\-\\\x80-\U0010ffff]{0,255}): | (?-i:[\w.\-\\\x80-\U0010ffff]{256}) )
      )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEGINS_OPERATION: Final = re.compile(r"[;>}\r\n]")
_CALL_REMEDY: Final = (
    "Leave the SERVICE part out, and join with the other endpoint's answer on your side. Where the letters are part of "
    "a text, a name or an address, part them from what follows: CONCAT('web servi', 'ce: x'), another prefix, or the "
    "IRI in full."
)
_FETCH_REMEDY: Final = (
    "Fetch the data on your side and send them with POST by the Graph Store Protocol. Where the letters are part of a "
    "text or a name, send that by the Graph Store Protocol too: no word is forbidden there."
)


def refuse_forbidden(query: str, allowed: Collection[str] = ()) -> None:
    """Let a query pass that only reads, and calls no other endpoint than those ``allowed``.

    The text is looked at as it stands and with its code-point escapes resolved, once and twice: engines may do so, too.
    An endpoint is allowed where its IRI, written out in full behind SERVICE, is one of ``allowed`` to the letter.

    Raises:
        BadQuery: it calls another server (SERVICE) or could be read so, or it is an update (LOAD and the rest).
    """
    for text in _readings(query):
        for _ in _calls(text, allowed):
            raise BadQuery(_refusal(allowed), remedy=_CALL_REMEDY)
        _refuse_update(text)


def refuse_forbidden_update(update: str, *, offline: bool = False) -> None:
    """Let an update pass that takes nothing from elsewhere.

    LOAD SILENT of an IRI written out in full succeeds by the standard even where nothing can be fetched. It passes with
    ``offline``, which says that the engine will run the update where :func:`medkg.workers.isolation.enclose` has
    closed the way out: there it fails as it must, and changes nothing.

    Raises:
        BadQuery: it calls another server (SERVICE) or fetches a file (LOAD), or could be read so.
    """
    for text in _readings(update):
        for _ in _calls(text, ()):
            raise BadQuery("SERVICE is refused: an update calls no other server", remedy=_FETCH_REMEDY)
        if any(_is_load(match) and not (offline and match["silent"]) for match in _LOAD.finditer(text)):
            raise BadQuery("LOAD is refused: an update fetches nothing", remedy=_FETCH_REMEDY)


def calls_others(query: str) -> bool:
    """Say whether a query could be read as one that calls another endpoint (SERVICE), allowed or not.

    Raises:
        BadQuery: its escapes hold escapes without end.
    """
    return any(True for text in _readings(query) for _ in _calls(text, ()))


def query_form(query: str) -> str:
    """Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty where it has none."""
    return next((word for word in keywords(resolve_escapes(query)) if word in _FORMS), "")


def _readings(text: str) -> Iterator[str]:
    """Give the text as it stands, and as it reads with its code-point escapes resolved, by us and again by the engine.

    Raises:
        BadQuery: even then there are escapes left, which nobody writes in good faith.
    """
    for _ in range(_MOST_READINGS):
        yield text
        if (resolved := resolve_escapes(text)) == text:
            return
        text = resolved
    raise BadQuery("escapes within escapes are refused", remedy="Write the characters themselves.")


def _calls(text: str, allowed: Collection[str]) -> Iterator[re.Match[str]]:
    """Give what could be read as a call of an endpoint that is not allowed."""
    for match in _SERVICE.finditer(text):
        if match["call"]:
            constant = CONSTANT_CALL.match(text, match.start())
            if not constant or constant["endpoint"] not in allowed:
                yield match


def _refusal(allowed: Collection[str]) -> str:
    if not allowed:
        return "SERVICE is refused: this endpoint calls no other server"
    named = ", ".join(f"<{iri}>" for iri in sorted(allowed))
    return (
        "SERVICE is refused: this endpoint calls other servers only where SERVICE is followed by one of the addresses "
        f"that its setting `services` names, written out in full and then a brace: {named}"
    )


def _is_load(match: re.Match[str]) -> bool:
    begins = match.start() == 0 or _BEGINS_OPERATION.search(match["gap"]) is not None
    return begins and match["call"] is not None


def _refuse_update(text: str) -> None:
    """Name the update that a text begins with; the engine would only say that it is no query."""
    word = next((word for word in keywords(text) if word not in {"PREFIX", "BASE"}), "")
    if word in _UPDATES:
        raise BadQuery(
            f"{word} is refused: this endpoint only reads", remedy="Send SELECT, ASK, CONSTRUCT or DESCRIBE."
        )
