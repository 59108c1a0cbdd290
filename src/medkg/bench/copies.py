"""A made-up registry of any size that looks like a built one: copies of it that share places, programmes and bodies.

A body of a copy is a new one or, as Simon's model (1955) has it, that of an earlier copy chosen at random: so bodies
that are in many projects come into still more, and the numbers of projects for a body stay as skewed as they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Final

from medkg.bench.shape import Line, Shape, kind_of

#: The part of a copy's bodies that are new. In the shipped registry 386 participations name 311 different bodies.
NEW_BODIES: Final = 0.8
_BLOCK: Final = 100_000


def write_copies(shape: Shape, path: Path, quads: int, seed: int, say: Callable[[str], None]) -> int:
    """Write about ``quads`` statements, never more, as N-Quads; give how many.

    The same shape, number and seed give the same file. Memory holds one copy, however many are written. What is common
    to all copies is always there, so that no registry is smaller than that.
    """
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in count():
            copy = _Copy(shape, seed, number)
            chosen = copy.lines(quads - written)
            file.writelines(copy.text(line) for line in chosen)
            written += len(chosen)
            say(f"{written:,} of {quads:,} quads")
            if not chosen or len(chosen) < copy.size:
                return written
    raise AssertionError("copies never end by themselves")


class _Copy:
    """The copy of a number; copy 0 is the registry itself."""

    def __init__(self, shape: Shape, seed: int, number: int) -> None:
        self._number = number
        self._incarnation = _incarnations(seed)
        single = [thing for thing in shape.draws if thing not in shape.common]
        self._numbers = {thing: self._number_of(thing) for thing in single}
        self._names = {thing: f"{thing[:-1]}-copy-{of}>" for thing, of in self._numbers.items() if of}
        self._lines = [line for line in shape.lines if self._is_new(line)]
        self.size = len(self._lines)

    def lines(self, most: int) -> list[Line]:
        """Give its statements, or those of so many whole things as fit."""
        if self.size <= most:
            return self._lines
        bound = sorted(line.draw for line in self._lines)[max(most, 0)]
        return [line for line in self._lines if line.draw < bound or not line.draw]

    def text(self, line: Line) -> str:
        """Give a statement as a line, with the names that its things have in this copy."""
        names = self._names
        value = self._named(line) if line.named else names.get(line.object, line.object)
        graph = names.get(line.graph, line.graph)
        return f"{names.get(line.subject, line.subject)} {line.predicate} {value} {graph} .\n"

    def _named(self, line: Line) -> str:
        """Let things of different copies have different names."""
        number = self._numbers[line.named]
        end = line.object.rindex('"')
        return f"{line.object[:end]} {number}{line.object[end:]}" if number else line.object

    def _is_new(self, line: Line) -> bool:
        """Tell whether a statement is not in an earlier copy: it is about something new or from a new source."""
        if not self._number:
            return True
        if line.about:
            return any(self._numbers.get(term) == self._number for term in line.about)
        return line.subject in self._numbers or line.object in self._numbers

    def _number_of(self, thing: str) -> int:
        return self._incarnation(thing, self._number) if kind_of(thing) == "actor" else self._number


@cache
def _incarnations(seed: int) -> Callable[[str, int], int]:
    """Give what tells from which copy the body of a copy is: its own, or an earlier one's."""

    @cache
    def incarnation(body: str, copy: int) -> int:
        chance = random.Random(f"{seed} {body} {copy}")  # noqa: S311 - a choice, no secret
        if not copy or chance.random() < NEW_BODIES:
            return copy
        return incarnation(body, chance.randrange(copy))

    return incarnation
