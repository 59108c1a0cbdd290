"""The shape of a query: what it does, and nothing of what it asks about."""

from __future__ import annotations

import re
from typing import Final

from medkg.keywords import resolve_escapes

#: A reader wants the joins and the filters, not a megabyte of values.
_LONGEST: Final = 2_000
_LONGEST_READ: Final = 100_000
#: Each alternative keeps all it has read (``*+``), so that reading takes no longer than the text.
_TOKEN: Final = re.compile(
    r"""
      (?P<skip>\s++|\#[^\n\r]*+)
    | (?P<text>
          \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\")?
        | '''(?:[^'\\]|\\.|'(?!''))*+(?:''')?
        | "(?:[^"\\\n\r]|\\.)*+"?
        | '(?:[^'\\\n\r]|\\.)*+'?
      )
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<variable>[?$]\w++)
    | (?P<number>(?:\d++\.?+\d*+|\.\d++)(?:[eE][+\-]?\d++)?+)
    | (?P<name>[^\W\d][\w.\-]*+(?::(?:[\w.\-:%]|\\.)*+)?+|:(?:[\w.\-:%]|\\.)*+)
    | (?P<sign>\^\^|&&|\|\||[!<>]=|[{}()\[\].,;*/+\-=<>!|^?])
    | (?P<rest>.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: Words that say what a query does. Whatever else stands bare is somebody's own word.
_WORD_LIST: Final = """
    A ABS ADD ALL AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL CLEAR COALESCE CONCAT CONSTRUCT CONTAINS COPY COUNT
    CREATE DATA DATATYPE DAY DEFAULT DELETE DESC DESCRIBE DISTINCT DROP ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM
    GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN INSERT INTO IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG
    LANGMATCHES LCASE LIMIT LOAD MAX MD5 MIN MINUS MINUTES MONTH MOVE NAMED NOT NOW OFFSET OPTIONAL ORDER PREFIX RAND
    REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SELECT SEPARATOR SERVICE SHA1 SHA256 SHA384 SHA512 SILENT STR
    STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TO TRUE TZ UCASE UNDEF UNION
    URI USING UUID VALUES WHERE WITH YEAR
"""
_WORDS: Final = frozenset(_WORD_LIST.split())


def shape(text: str) -> str:
    """Give a query with its texts, numbers, IRIs, names and comments blanked out and its variables numbered.

    Only the words of SPARQL, signs and blanks are left of it, so it may be logged. A long one ends in ``…``.
    """
    variables: dict[str, str] = {}
    parts, length = [], 0
    for match in _TOKEN.finditer(resolve_escapes(text[:_LONGEST_READ])):
        if match.lastgroup == "skip":
            continue
        part = _blank(match, variables)
        length += len(part) + 1
        if length > _LONGEST:
            break
        parts.append(part)
    else:
        return " ".join(parts)
    return " ".join([*parts, "…"])


def _blank(match: re.Match[str], variables: dict[str, str]) -> str:
    kind, token = match.lastgroup, match[0]
    if kind == "variable":
        return variables.setdefault(token[1:], f"?{len(variables) + 1}")
    if kind == "name":
        return _word(token)
    return token if kind == "sign" else _BLANKS[kind or "rest"]


def _word(token: str) -> str:
    if ":" in token:
        return "_:" if token.startswith("_:") else "<>"
    return token.upper() if token.upper() in _WORDS else "~"


_BLANKS: Final = {"text": '""', "language": "@", "iri": "<>", "number": "0", "rest": "~"}
