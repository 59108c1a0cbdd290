"""What a stranger's query may not do to the service behind this one: leave it, write, use its own words, end it."""

from __future__ import annotations

import re
from typing import Final

from medkg.errors import BadQuery
from medkg.keywords import resolve_escapes
from medkg.remote.texts import form_of
from medkg.workers.guard import refuse_forbidden

LONGEST: Final = 100_000
#: Brackets of any kind within one another, at most; operators; parts of a pattern. A fifth to a half of what ends the
#: process of `oxigraph serve` (docs/remote.md): engines parse and plan by recursion, on stacks that are not ours.
DEEPEST: Final = 60
MOST_OPERATORS: Final = 500
MOST_PARTS: Final = 300
#: Brackets with nothing between them that could begin or end a text, an IRI or a comment: both of them count for the
#: engine or neither does. So many layers of them are taken off before the rest is counted.
_PAIR: Final = re.compile(r"\([^()\[\]{}\"'<>#\\]*\)|\[[^()\[\]{}\"'<>#\\]*\]|\{[^()\[\]{}\"'<>#\\]*\}")
_LAYERS: Final = 3
#: An absolute IRI; the engine can read no such text as anything else.
_IRI: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://[^\s<>\"'{}()|^`\\]*>")
_OPERATORS: Final = re.compile(r"[+*/|!^\-]|&&")
_PARTS: Final = re.compile(r"\b(?:union|optional|minus|bind|filter|as|select|exists|graph|values)\b", re.IGNORECASE)
#: Virtuoso's own words: pragmas that fetch from elsewhere or write, and calls into its SQL.
_PRAGMA: Final = re.compile(r"\bdefine[\s\x00-\x20]+[\w\-]*:", re.IGNORECASE)
_OWN_CALL: Final = re.compile(r"(?<![\w\-])(?:bif|sql):[\w\-]", re.IGNORECASE)
_FLATTER: Final = "Write it flatter: VALUES for many values, fewer braces and parentheses within one another."
_STANDARD: Final = "Use what SPARQL 1.1 defines; part the letters where they belong to a text."


def refuse_over_remote(query: str) -> None:
    """Let a query pass that may be sent on.

    Strings and comments are on purpose not told apart from the rest, since the other side may read them otherwise.

    Raises:
        BadQuery: it calls a further service, writes, uses words of one product, or is nested too deeply.
    """
    if len(query) > LONGEST:
        remedy = "Ask in several queries."
        raise BadQuery(f"the query has {len(query):,} characters, of at most {LONGEST:,}", remedy=remedy)
    refuse_forbidden(query)
    if not form_of(query):
        raise BadQuery("it has none of SELECT, ASK, CONSTRUCT and DESCRIBE")
    for text in dict.fromkeys((query, resolve_escapes(query))):
        if _PRAGMA.search(text):
            raise BadQuery("DEFINE is refused: it tells the service behind this one what to do", remedy=_STANDARD)
        if _OWN_CALL.search(text):
            raise BadQuery("bif: and sql: are refused: they call what is no SPARQL", remedy=_STANDARD)
        _refuse_deep(_IRI.sub("", text))


def _refuse_deep(text: str) -> None:
    if len(_OPERATORS.findall(text)) > MOST_OPERATORS or len(_PARTS.findall(text)) > MOST_PARTS:
        raise BadQuery("too many parts for the service behind this one", remedy=_FLATTER)
    for _ in range(_LAYERS):
        text = _PAIR.sub("", text)
    if sum(map(text.count, "([{")) > DEEPEST:
        raise BadQuery("nested too deeply for the service behind this one", remedy=_FLATTER)
