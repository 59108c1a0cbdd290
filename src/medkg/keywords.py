"""The bare keywords of a SPARQL text, told from the same letters in strings, comments, IRIs and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

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
      )
    | (?P<prefix>(?:[^\W\d_][\w.\-]*)?):(?:[\w.\-:%]|\\.)*
    | (?P<word>[A-Za-z_]\w*)
    | (?P<open>[({])
    | (?P<close>[)}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def keywords(query: str) -> Iterator[str]:
    """Give the bare words of a query in upper case: no text, comment, IRI, variable or prefixed name."""
    for match in _TOKEN.finditer(query):
        if match["word"]:
            yield match["word"].upper()


def clause_words(query: str) -> Iterator[str]:
    """Give the words that may begin a clause, in upper case: all keywords, and prefixes outside braces and parentheses.

    ``SELECT * FROM:g {}`` is read as FROM and the name ``:g``, not as a name with the prefix ``FROM``.
    """
    depth, before = 0, ""
    for match in _TOKEN.finditer(query):
        word = (match["word"] or "").upper()
        depth += bool(match["open"]) - bool(match["close"])
        if word:
            yield word
        elif match["prefix"] and depth <= 0 and before != "PREFIX":
            yield match["prefix"].upper()
        if not (match["skip"] or "").startswith("#"):
            before = word


def resolve_escapes(query: str) -> str:
    r"""Give the query with ``\\uXXXX`` and ``\\UXXXXXXXX`` resolved, as SPARQL 1.1 §19.2 wants it before parsing."""
    return _ESCAPE.sub(_character, query)


def _character(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]
