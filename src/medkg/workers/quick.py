"""The quick door: queries of one triple pattern, answered in the server process because nothing in them can cost much.

What may pass is told by one regular expression over a short text: prefix declarations, SELECT or ASK, one pattern
(perhaps within GRAPH and an IRI), LIMIT. There is no nesting, comment, escape, blank node, expression or modifier that
sorts or compares, and no variable stands twice. So each statement that the engine looks at gives a row, and the number
of rows is bounded: by LIMIT, or since the subject is given and the answer may not pass :data:`MOST_BYTES`. The engine
answers the text as a child's would, so both answers are the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import PREFIXES
from medkg.query.formats import TABLES
from medkg.store.reader import Snapshot
from medkg.workers.stream import repaired

#: Characters of the longest query that is looked at.
LONGEST: Final = 1_500
#: Bytes of the longest answer given here; to find out that one is longer takes some two milliseconds.
MOST_BYTES: Final = 64 * 1024
#: The largest LIMIT, which bounds the rows where the subject is not given.
MOST_ROWS: Final = 1_000

_SPACE: Final = r"[ \t\r\n]"
_NAME: Final = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
_VARIABLE: Final = r"[?$][A-Za-z_][A-Za-z0-9_]{0,63}(?![A-Za-z0-9_\x80-\U0010ffff])"
_IRI: Final = r'<[^<>"{}|^`\\\x00-\x20]{1,500}>'
#: What follows must end the name for the engine, too: it would read more characters into it than are written here.
_PREFIXED: Final = rf"(?:{_NAME})?:[A-Za-z0-9_][A-Za-z0-9_-]{{0,200}}(?![\w.:%\\\x80-\U0010ffff-])"
_TERM: Final = rf"(?:{_IRI}|{_PREFIXED})"
_TEXT: Final = r"""(?:"(?!"")[^"\\\n\r]{0,500}"|'(?!'')[^'\\\n\r]{0,500}')"""
_LITERAL: Final = rf"{_TEXT}(?:@[A-Za-z]{{1,8}}(?:-[A-Za-z0-9]{{1,8}}){{0,3}}(?![A-Za-z0-9-])|\^\^{_TERM})?"

#: Repetitions keep what they have read (``*+``), so reading takes no longer than the text.
_QUICK: Final = re.compile(
    rf"""
    {_SPACE}*+
    (?P<prologue> (?: (?i:prefix) {_SPACE}++ (?:{_NAME})?: {_SPACE}*+ {_IRI} {_SPACE}*+ ){{0,16}}+ )
    (?: (?i:ask) | (?i:select) (?: {_SPACE}*+ \* | (?: {_SPACE}++ {_VARIABLE} ){{1,8}}+ ) )
    {_SPACE}*+ (?: (?i:where) {_SPACE}*+ )?+
    \{{ {_SPACE}*+
    (?P<graph> (?i:graph) {_SPACE}*+ {_TERM} {_SPACE}*+ \{{ {_SPACE}*+ )?+
    (?: (?P<subject> {_TERM} ) | (?P<subject_variable> {_VARIABLE} ) ) {_SPACE}++
    (?: (?P<predicate_variable> {_VARIABLE} ) | {_TERM} | a ) {_SPACE}++
    (?: (?P<object_variable> {_VARIABLE} ) | {_TERM} | {_LITERAL} )
    {_SPACE}*+ (?: \. {_SPACE}*+ )?+
    \}} {_SPACE}*+
    (?(graph) \}} {_SPACE}*+ )
    (?: (?i:limit) {_SPACE}++ (?P<limit> [0-9]{{1,4}} ) {_SPACE}*+ )?+
    """,
    re.VERBOSE,
)
_USED_PREFIX: Final = re.compile(rf"(?<![A-Za-z0-9_-])({_NAME}):")


@dataclass(frozen=True, slots=True)
class QuickQuery:
    """A query that may be answered in the server process, and the registry's prefixes that it may use."""

    text: str
    prefixes: Mapping[str, str]


def quick_query(text: str) -> QuickQuery | None:
    """Give a query that the server process may answer itself; None for every other one."""
    if len(text) > LONGEST:
        return None
    match = _QUICK.fullmatch(text)
    if match is None:
        return None
    names = [match[part] for part in ("subject_variable", "predicate_variable", "object_variable")]
    variables = [name[1:] for name in names if name]
    if len(set(variables)) < len(variables):
        return None
    if match["subject"] is None and (match["limit"] is None or int(match["limit"]) > MOST_ROWS):
        return None
    used = set(_USED_PREFIX.findall(text))
    return QuickQuery(text, {name: PREFIXES[name] for name in used if name in PREFIXES})


def answer_quickly(snapshot: Snapshot, quick: QuickQuery, name: str, *, union: bool) -> bytes | None:
    """Give the answer in a format of tables; None where a child has to give it, or to say what is wrong.

    ``name`` is the short name of the format; ``union`` says what the default graph is, as the setting does. Where the
    format fits no table the first that does is used, as a child does.
    """
    wanted = TABLES.get(name)
    if wanted is None:
        return None
    out = _Bounded()
    try:
        result = snapshot.engine.query(quick.text, prefixes=quick.prefixes, **snapshot.data_set(union=union))  # type: ignore[arg-type]
        if isinstance(result, ox.QueryTriples):
            return None
        result.serialize(out, format=wanted.engine)
    except (_TooLong, SyntaxError, ValueError, RuntimeError, OSError):
        return None
    return repaired(out.getvalue()) if wanted.name == "xml" else out.getvalue()


class _TooLong(Exception):  # noqa: N818 - no error: a child will answer
    """The answer has more bytes than are given here."""


class _Bounded(io.BytesIO):
    """A file that takes so many bytes and no more; the engine stops where it refuses."""

    def write(self, part: object) -> int:
        written = super().write(part)  # type: ignore[arg-type]
        if self.tell() > MOST_BYTES:
            raise _TooLong
        return written
