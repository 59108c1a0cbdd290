"""The highest part of a budget that the European Union pays: as the reader gives it, else as sources state it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pyoxigraph as ox

from medkg.analysis.amounts import Rate, judgement, rounded
from medkg.analysis.facts import Facts, Given, mk, node
from medkg.analysis.report import Note, Value
from medkg.errors import BadParameter

_PROPERTY: Final = mk("euCofinancingCeiling")
Key = ox.NamedNode | ox.Literal | None


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The ceiling that is given, else those that are stated of programmes, in per cent.

    ``programme`` is the one that all projects belong to; None where each group is a programme, or nothing.
    """

    given: ox.Literal | None
    stated: Mapping[Key, tuple[ox.Literal, ...]]
    programme: ox.NamedNode | None

    @classmethod
    def read(cls, facts: Facts, given: Given, programme: ox.NamedNode | None) -> Ceilings:
        """Read what is given and, where nothing is, what is stated.

        Raises:
            BadParameter: what is given is no percentage.
        """
        if (asked := _given(given)) is not None:
            return cls(asked, {}, programme)
        found: dict[Key, tuple[ox.Literal, ...]] = {}
        for row in facts.rows("ceilings-of-programmes"):
            holder, ceiling = node(row, "programme"), row["ceiling"]
            found[holder] = (*found.get(holder, ()), ceiling)
        return cls(None, found, programme)

    def cells(self, rate: Rate, group: Key) -> dict[str, Value]:
        """Give the ceiling of a group, and how a rate stands to it; where sources differ, how it stands to each."""
        known = self._shares(group)
        judged = {judgement(rate, ceiling) for ceiling in known}
        if not known:
            return {"ceiling": None, "judgement": Note("ceiling-unknown")}
        shown: Value = Note("ceilings-differ") if len(known) > 1 else rounded(known[0])
        return {"ceiling": shown, "judgement": Note(judged.pop() if len(judged) == 1 else "open")}

    def evidence(self, group: Key) -> tuple[ox.Triple, ...]:
        """Give the statements of the ceilings of a group."""
        holder = self._holder(group)
        if not isinstance(holder, ox.NamedNode):
            return ()
        return tuple(ox.Triple(holder, _PROPERTY, stated) for stated in self.stated.get(holder, ()))

    def note(self, groups: Iterable[Key]) -> Note:
        """Say against what rates are judged."""
        if self.given is not None:
            return Note("ceiling", {"ceiling": self.given})
        return Note("stated-ceilings" if any(map(self._shares, groups)) else "no-ceiling")

    def _holder(self, group: Key) -> Key:
        return group if self.programme is None else self.programme

    def _shares(self, group: Key) -> list[Fraction]:
        known = self.stated.get(self._holder(group), ()) if self.given is None else (self.given,)
        return sorted({Fraction(ceiling.value) / 100 for ceiling in known})


def _given(given: Given) -> ox.Literal | None:
    found = given.get("ceiling")
    if not isinstance(found, ox.Literal):
        return None
    if not 0 < Decimal(found.value) <= 100:
        remedy = "Give per cent above 0 and up to 100, such as 90."
        raise BadParameter(f"{found.value} is no ceiling of a rate", subject="ceiling", remedy=remedy)
    return found
