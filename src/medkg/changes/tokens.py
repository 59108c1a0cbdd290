"""The tokens of a SPARQL Update, as far as one must know them to tell its operations and their parts apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from medkg.errors import BadQuery
from medkg.keywords import resolve_escapes

_TOKEN: Final = re.compile(
    r"""
      (?P<space> (?: [\x20\t\r\n]++ | \#[^\r\n]*+ )++ )
    | (?P<text>
          \"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"
        | '''(?:[^'\\]|\\.|'(?!''))*+'''
        | "(?:[^"\\\n\r]|\\.)*+"
        | '(?:[^'\\\n\r]|\\.)*+'
      )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*+> )
    | (?P<variable> [?$]\w++ )
    | (?P<blank> _:[\w.\-]++ | \[ | \( | << | \{\| | \|\} | ~ )
    | (?P<name> (?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w\-:]|%[0-9A-Fa-f]{2}|\\.))? )
    | (?P<word> [^\W\d_][\w]*+ )
    | (?P<open> \{ )
    | (?P<close> \} )
    | (?P<end> ; )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, where it stands, and within how many braces."""

    kind: str
    text: str
    start: int
    stop: int
    depth: int

    def says(self, *words: str) -> bool:
        """Tell whether it is one of these keywords."""
        return self.kind == "word" and self.text.upper() in words


def resolved(text: str) -> str:
    """Give a text with its code-point escapes resolved.

    Raises:
        BadQuery: what they stand for is an escape again.
    """
    plain = resolve_escapes(text)
    if plain != text and resolve_escapes(plain) != plain:
        raise BadQuery("code-point escapes within code-point escapes are refused")
    return plain


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a text but for white space and comments."""
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        depth -= kind == "close"
        if kind != "space":
            yield Token(kind, match[0], match.start(), match.end(), depth)
        depth += kind == "open"
