"""Where reading a query stopped, as a reader is shown it: its lines, with the words marked that the mistake is in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Final

from medkg.web.components import FaultView, MarkedLine

#: Lines shown before the one where reading stopped.
_ABOVE: Final = 2
#: Characters shown on each side of what is marked, and marked at most.
_AROUND: Final = 60
_CUT: Final = "…"
_WORD: Final = re.compile(r"\S+")
#: A message that names nothing but keywords, and the end of the query ([_]).
_KEYWORDS_ALONE: Final = re.compile(r"expected (?:one of )?((?:[A-Z_]+|\[_\])(?:, (?:[A-Z_]+|\[_\]))*)\Z")
#: What the engine says of a mistake it knows by name, and the message that says it to readers.
HINTS: Final[Mapping[str, str]] = {
    "Prefix not found": "fault.prefix",
    "IRI parsing failed": "fault.iri",
    "Duplicated variable name in SELECT": "fault.twice",
    "The SELECT overrides an existing variable": "fault.twice",
    "The SELECT contains a variable that is unbound": "fault.unbound",
}
#: Of what SELECT names the engine tells the place where the query ends, which is of no use to anybody.
_WITHOUT_PLACE: Final = frozenset({"fault.twice", "fault.unbound"})


def fault_in(query: str, position: str, message: str) -> FaultView | None:
    """Give the place that a parser named as ``line:column``, both from 1, in its ``message``; None where it named none.

    Lines are missing where the query has none of that number.
    """
    if not position:
        return None
    number, column = (int(part) for part in position.split(":"))
    hint = next((key for words, key in HINTS.items() if words in message), "")
    known = query.strip() and 1 <= number <= query.count("\n") + 1 and hint not in _WITHOUT_PLACE
    return FaultView(number, column, _lines(query, number, column, _read_ahead(message)) if known else (), hint)


def _lines(query: str, number: int, column: int, ahead: int) -> tuple[MarkedLine, ...]:
    """Give the lines from the one that the mistake may begin in, and at least those just above, to the one named."""
    lines = query.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    place = starts[number - 1] + min(column - 1, len(lines[number - 1]))
    begin, end = _suspected(query, place, ahead)
    first = max(min(number - _ABOVE, query.count("\n", 0, begin) + 1), 1)
    return tuple(
        _marked(at, lines[at - 1], begin - starts[at - 1], end - starts[at - 1]) for at in range(first, number + 1)
    )


def _read_ahead(message: str) -> int:
    """Give how many characters before the place named the mistake may begin.

    The engine compares with a keyword only after it has taken as many characters as the keyword has, and calls the
    place behind them the one where it stopped.
    """
    found = _KEYWORDS_ALONE.search(message.strip())
    return max(map(len, found[1].split(", "))) if found else 0


def _suspected(query: str, place: int, ahead: int) -> tuple[int, int]:
    """Give where the words begin and end that the mistake is in: those read ahead, else the one at ``place``.

    Where none is there it is the last one before. Words without end are cut, since they would fill the page.
    """
    last = place - 1 if ahead else place
    near = _WORD.finditer(query, max(place - ahead - _AROUND, 0), place + _AROUND)
    before = [match.span() for match in near if match.start() <= last]
    words = [span for span in before if span[1] > place - ahead] or before[-1:]
    return (words[0][0], words[-1][1]) if words else (place, place)


def _marked(number: int, line: str, begin: int, end: int) -> MarkedLine:
    """Give a line in three parts, no longer than fits; what is marked lies between ``begin`` and ``end``."""
    text = line.rstrip()
    begin, end = max(begin, len(text) - len(text.lstrip())), min(end, len(text))
    if begin >= end:
        return MarkedLine(number, _beginning(text))
    before = text[:begin] if begin <= _AROUND else _CUT + text[begin - _AROUND : begin]
    return MarkedLine(number, before, text[begin:end], _beginning(text[end:]))


def _beginning(text: str) -> str:
    return text if len(text) <= 2 * _AROUND else text[: 2 * _AROUND] + _CUT
