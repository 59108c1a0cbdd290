"""The bare keywords of a SPARQL text, told from the same letters in strings, comments, IRIs and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: Texts, comments, IRIs, variables and prefixed names may hold any word; only what is none of them is a keyword.
#: Each alternative keeps all it has read (``*+``; a text may lack its end), so reading takes no longer than the text.
_TOKEN: Final = re.compile(
    r"""
      (?P<skip>
          \#[^\n\r]*+
        | \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\")?
        | '''(?:[^'\\]|\\.|'(?!''))*+(?:''')?
        | "(?:[^"\\\n\r]|\\.)*+"?
        | '(?:[^'\\\n\r]|\\.)*+'?
        | <[^<>"{}|^`\\\x00-\x20]*+>
        | [?$]\w++
        | @[A-Za-z]++(?:-[A-Za-z0-9]++)*+
        | :(?:[\w.\-:%]|\\.)*+
      )
    | (?P<name>[^\W\d][\w.\-]*+)(?P<local>:(?:[\w.\-:%]|\\.)*+)?
    | (?P<open>[({])
    | (?P<close>[)}])
    """,
    re.VERBOSE | re.DOTALL,
)
_BETWEEN_WORDS: Final = re.compile(r"[.\-]+")
#: Calls that give something else each time. UUID stands in STRUUID, too; where they are texts only, nothing is lost.
_NEVER_THE_SAME: Final = re.compile(r"(?:now|rand|uuid|bnode)\s*[(#]", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def keywords(query: str) -> Iterator[str]:
    """Give the bare words of a query in upper case: no text, comment, IRI, variable or prefixed name."""
    for match in _TOKEN.finditer(query):
        yield from _words(match)


def clause_words(query: str) -> Iterator[str]:
    """Give the words that may begin a clause, in upper case: all keywords, and prefixes outside braces and parentheses.

    ``SELECT * FROM:g {}`` is read as FROM and the name ``:g``, not as a name with the prefix ``FROM``.
    """
    depth, before = 0, ""
    for match in _TOKEN.finditer(query):
        words = _words(match)
        depth += bool(match["open"]) - bool(match["close"])
        yield from words
        if match["local"] and depth <= 0 and before != "PREFIX":
            yield match["name"].upper()
        if not (match["skip"] or "").startswith("#"):
            before = words[-1] if words else ""


def _words(match: re.Match[str]) -> list[str]:
    """Give the words of a token that is no prefixed name: dots and hyphens part words that no prefix ends."""
    if not match["name"] or match["local"]:
        return []
    return [word.upper() for word in _BETWEEN_WORDS.split(match["name"]) if word]


def resolve_escapes(query: str) -> str:
    r"""Give the query with ``\\uXXXX`` and ``\\UXXXXXXXX`` resolved, as SPARQL 1.1 §19.2 wants it before parsing."""
    return _ESCAPE.sub(_character, query)


def never_the_same(query: str) -> bool:
    """Say whether a text may call what gives something else each time: NOW, RAND, UUID, STRUUID, BNODE."""
    return _NEVER_THE_SAME.search(resolve_escapes(query)) is not None


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]
