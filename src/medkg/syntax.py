"""What the engine's parser says of a query, in a form that people can read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_POSITION: Final = re.compile(r"\berror at (\d+):(\d+):?\s*(.*)", re.DOTALL)
#: The engine lists every token it would have taken; the first ones say enough.
_LONGEST_REASON: Final = 160


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Where a text stops being a query, counted from 1, and why."""

    line: int | None
    column: int | None
    reason: str

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}, column {self.column}: {self.reason}"


def position_of(message: str) -> tuple[int, int] | None:
    """Give line and column, both from 1, that a message of the engine's SPARQL parser names; None where it names none.

    The message may stand in a longer one.
    """
    found = _POSITION.search(message)
    return (int(found[1]), int(found[2])) if found else None


def syntax_problem(error: Exception) -> SyntaxProblem:
    """Read the message of the engine's parser."""
    message = str(error)
    found = _POSITION.search(message)
    line, column, reason = (int(found[1]), int(found[2]), found[3]) if found else (None, None, message)
    reason = " ".join(reason.split())
    return SyntaxProblem(line, column, reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…")
