"""Collecting what is wrong with the tables, so that one run reports all of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from medkg.errors import Place, SourceError

#: Problems kept of one run; a wrong column would otherwise fill the screen.
REPORTED: Final = 50


class SourceErrors(SourceError):  # noqa: N818 - several errors in one
    """Several things are wrong; ``problems`` holds each, ``more`` counts those beyond the first fifty."""

    def __init__(self, problems: Iterable[SourceError], more: int = 0) -> None:
        self.problems = tuple(problems)
        self.more = more
        super().__init__(f"{len(self.problems) + more} problems in the tables", place=self.problems[0].place)

    def __str__(self) -> str:
        lines = [f"{self.prefix}: {self.message}", *(f"  {problem}" for problem in self.problems)]
        if self.more:
            lines.append(f"  … and {self.more} more")
        return "\n".join(lines)


class Problems:
    """The problems found so far. One that many rows have is shown once, with the number of its rows."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str | None], list[SourceError]] = {}

    def __len__(self) -> int:
        """Count the rows with a problem; what is read without one leaves the count as it was."""
        return sum(map(len, self._rows.values()))

    def add(self, problem: SourceError) -> None:
        """Keep a problem; the same one of the same row is not kept twice."""
        same = self._rows.setdefault((problem.place.path, problem.message, problem.place.column), [])
        if problem.place not in (known.place for known in same):
            same.append(problem)

    def refuse_if_any(self) -> None:
        """Raise what was found, if anything.

        Raises:
            SourceError: the one problem, or :class:`SourceErrors` with all of them.
        """
        found = [_merged(same) for same in self._rows.values()]
        if len(found) == 1:
            raise found[0]
        if found:
            raise SourceErrors(found[:REPORTED], len(found[REPORTED:]))


def _merged(same: list[SourceError]) -> SourceError:
    """Give the first of several rows' problems, saying how many rows have it."""
    first = same[0]
    if len(same) == 1:
        return first
    lines = ", ".join(str(problem.place.line) for problem in same[1:4])
    rest = ", …" if len(same) > 4 else ""
    what = "line" if len(same) == 2 else f"{len(same) - 1} lines:"
    message = f"{first.message} (also in {what} {lines}{rest})"
    return SourceError(message, place=first.place, remedy=first.remedy)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give a remedy naming the known spelling nearest to ``word``; None where none is near."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else None


def shown(path: Path) -> str:
    """Give a path as the user knows it: from the working folder where it lies below it, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def at(path: Path, line: int | None = None, column: str | None = None) -> Place:
    """Give the place of a problem."""
    return Place(shown(path), line, column)
