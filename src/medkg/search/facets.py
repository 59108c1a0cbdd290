"""The facets by which things are narrowed: their names, in order, and how each one's values are read from the facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import ID, SCHEME
from medkg.query.asking import NamedQueries

#: Of a project of which no total budget is stated.
NOT_STATED: Final = "not-stated"
#: The bands of total budgets: their keys, and where each begins, in euro.
BANDS: Final[tuple[tuple[str, int], ...]] = (
    ("below-500k", 0),
    ("500k-1m", 500_000),
    ("1m-2m", 1_000_000),
    ("2m-3m", 2_000_000),
    ("3m-5m", 3_000_000),
    ("from-5m", 5_000_000),
)
#: A period of more years than this is told by its ends alone: a slip in a date must not make a thousand years.
_LONGEST_PERIOD: Final = 60
_YEAR: Final = re.compile(r"^(\d{4})(?!\d)")
_SLUG: Final = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_Read = Callable[[ox.QuerySolution], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet, the query of its values, and what the IRIs of values begin with; one without a query is the kind."""

    name: str
    query: str = ""
    prefix: str = ""
    read: _Read | None = None

    def rows(self, asked: NamedQueries) -> Iterator[tuple[str, str]]:
        """Give things with their values, as short keys."""
        for row in asked.rows(self.query) if self.query else ():
            thing = row["thing"]
            if isinstance(thing, ox.NamedNode):
                yield from ((thing.value, value) for value in self._values(row))

    def iri(self, value: str) -> str:
        """Give the IRI of a value; an empty text for one that is no thing: a year, a band."""
        if not self.prefix:
            return ""
        return self.prefix + value if _SLUG.match(value) else value

    def _values(self, row: ox.QuerySolution) -> Iterable[str]:
        if self.read:
            return self.read(row)
        value = row["value"]
        return (self._short(value.value),) if isinstance(value, ox.NamedNode) else ()

    def _short(self, iri: str) -> str:
        slug = iri.removeprefix(self.prefix)
        return slug if slug != iri and _SLUG.match(slug) else iri


def years(row: ox.QuerySolution) -> Iterable[str]:
    """Give each year of a period; where but one of its ends is known, the year of that one."""
    ends = sorted(year for year in (_year(row["start"]), _year(row["end"])) if year is not None)
    if not ends:
        return ()
    told = range(ends[0], ends[-1] + 1) if ends[-1] - ends[0] <= _LONGEST_PERIOD else ends
    return tuple(f"{year:04}" for year in told)


def bands(row: ox.QuerySolution) -> Iterable[str]:
    """Give the band of an amount; of one with bounds in several bands all of them, since it may be in any."""
    low, high = bounds(row)
    if low is None and high is None:
        return (NOT_STATED,)
    limits = [*(start for _, start in BANDS[1:]), None]
    return tuple(
        key
        for (key, start), end in zip(BANDS, limits, strict=True)
        if (end is None or low is None or low < end) and (high is None or high >= start)
    )


def bounds(row: ox.QuerySolution) -> tuple[Decimal | None, Decimal | None]:
    """Give between what an amount lies; both are None where none is stated."""
    exact, nominal, low, high = (_amount(row[name]) for name in ("exact", "nominal", "low", "high"))
    if exact is not None:
        return exact, exact
    if low is None and high is None:
        return nominal, nominal
    return low, high


def _amount(term: object) -> Decimal | None:
    if not isinstance(term, ox.Literal):
        return None
    try:
        amount = Decimal(term.value)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() else None


def _year(term: object) -> int | None:
    match = _YEAR.match(term.value) if isinstance(term, ox.Literal) else None
    return int(match[1]) if match else None


_FACETS: Final = (
    Facet("kind"),
    Facet("country", "facet-countries", ID + "place/"),
    Facet("region", "facet-regions", ID + "place/"),
    Facet("helix", "facet-helices", SCHEME + "helix/"),
    Facet("valuechain", "facet-value-chains", SCHEME + "value-chain/"),
    Facet("theme", "facet-themes", SCHEME + "theme/"),
    Facet("programme", "facet-programmes", ID + "programme/"),
    Facet("priority", "facet-priorities", ID + "programme/"),
    Facet("period", "facet-periods", read=years),
    Facet("money", "facet-budgets", read=bands),
)


def facets() -> tuple[Facet, ...]:
    """Give all facets in the order of the page."""
    return _FACETS


def queries_used() -> tuple[str, ...]:
    """Give the names of all queries that an index is made of."""
    return ("names", "labels", "texts-of-things", *(facet.query for facet in facets() if facet.query))
