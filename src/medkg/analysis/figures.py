"""The budget figures of projects and participations, each an amount with bounds and the statements that give it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.analysis.amounts import added
from medkg.analysis.facts import Facts, mk, node
from medkg.analysis.report import Amount
from medkg.namespaces import SCHEME

TOTAL: Final = ox.NamedNode(f"{SCHEME}figure-type/total")
EU: Final = ox.NamedNode(f"{SCHEME}figure-type/eu-contribution")
PARTNER: Final = ox.NamedNode(f"{SCHEME}figure-type/partner-budget")
#: Zero or more, written plainly: what has an exponent may stand for more digits than memory holds.
_PLAIN: Final = re.compile(r"\+?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})")
#: What a query names a part of an amount → the property that states it.
_PARTS: Final = {
    "exact": mk("amountExact"),
    "low": mk("amountMin"),
    "high": mk("amountMax"),
    "nominal": mk("amountNominal"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a project or participation."""

    iri: ox.NamedNode
    owner: ox.NamedNode
    kind: ox.NamedNode
    amount: Amount
    evidence: tuple[ox.Triple, ...]

    def __lt__(self, other: Figure) -> bool:
        """Say whether this one is used where another is there, too: exact before narrow, then by IRI."""
        return self._rank() < other._rank()

    def _rank(self) -> tuple[Decimal, str]:
        width = Decimal("Infinity") if self.amount.high is None else self.amount.high - self.amount.low
        return width, self.iri.value


class Figures:
    """The figure to be used of each owner, kind and currency; ``unread`` own an amount that is no plain number."""

    def __init__(self, found: Iterable[Figure], unread: frozenset[ox.NamedNode] = frozenset()) -> None:
        self.unread = unread
        self._held: dict[tuple[ox.NamedNode, ox.NamedNode], dict[str, Figure]] = defaultdict(dict)
        for figure in sorted(found):
            self._held[figure.owner, figure.kind].setdefault(figure.amount.currency, figure)

    def stated(self, owner: ox.NamedNode, kind: ox.NamedNode) -> Mapping[str, Figure]:
        """Give an owner's figure of a kind for each currency in which one is stated."""
        return self._held.get((owner, kind), {})

    def currencies(self, owners: Iterable[ox.NamedNode], kinds: Sequence[ox.NamedNode]) -> tuple[str, ...]:
        """Give the currencies in which anything is stated; one blank where nothing is."""
        return tuple(sorted({code for owner in owners for kind in kinds for code in self.stated(owner, kind)})) or ("",)

    def of(self, owners: Iterable[ox.NamedNode], kind: ox.NamedNode, currency: str) -> dict[ox.NamedNode, Figure]:
        """Give the figures of a kind in one currency by their owners."""
        found = {owner: self.stated(owner, kind).get(currency) for owner in owners}
        return {owner: figure for owner, figure in found.items() if figure is not None}

    def silent(self, owners: Iterable[ox.NamedNode], kind: ox.NamedNode) -> int:
        """Count the owners of which no figure of a kind is stated in any currency."""
        return sum(not self.stated(owner, kind) for owner in owners)


def read_figures(facts: Facts) -> Figures:
    """Read the chosen figures; those without any amount are left out, those that are not understood named."""
    rows = facts.rows("preferred-figures")
    strange = frozenset(node(row, "owner") for row in rows if not _understood(row))
    return Figures(_figures(row for row in rows if _understood(row)), strange)


def figures_of(facts: Facts, owners: Collection[ox.NamedNode]) -> list[Figure]:
    """Give all chosen figures of some owners, of every kind, in the order of owner, kind and IRI."""
    rows = [row for row in facts.rows_for_many("preferred-figures", "owner", owners) if _understood(row)]
    return sorted(_figures(rows), key=lambda one: (one.owner.value, one.kind.value, one.iri.value))


def total(figures: Mapping[ox.NamedNode, Figure]) -> Amount | None:
    """Add figures of one kind and currency; None for none."""
    return added([figure.amount for figure in figures.values()])


def _understood(row: ox.QuerySolution) -> bool:
    return all(row[name] is None or _PLAIN.fullmatch(row[name].value) for name in _PARTS)


def _figures(rows: Iterable[ox.QuerySolution]) -> Iterator[Figure]:
    for row in rows:
        given = {name: Decimal(row[name].value) for name in _PARTS if row[name] is not None}
        if given:
            amount = _amount(given.get, _code(row["currency"]))
            yield Figure(node(row, "figure"), node(row, "owner"), node(row, "type"), amount, tuple(_evidence(row)))


def _amount(given: Callable[[str], Decimal | None], currency: str) -> Amount:
    """Give an amount; one that is only said to be about or more than something has no upper bound."""
    exact = given("exact")
    if exact is not None:
        return Amount(exact, exact, exact, currency)
    return Amount(given("low") or Decimal(0), given("high"), given("nominal"), currency)


def _code(currency: ox.NamedNode | ox.Literal) -> str:
    return currency.value.rpartition("/")[2].upper()


def _evidence(row: ox.QuerySolution) -> Iterator[ox.Triple]:
    figure = node(row, "figure")
    yield ox.Triple(node(row, "owner"), mk("hasBudgetFigure"), figure)
    yield ox.Triple(figure, mk("figureType"), node(row, "type"))
    yield ox.Triple(figure, mk("currency"), row["currency"])
    yield from (ox.Triple(figure, prop, row[name]) for name, prop in _PARTS.items() if row[name] is not None)
