"""Partner searches: who looks for whom, what is offered and wanted, on which conditions, and in which state they are.

The state is that of one day. It is told only where sources leave no doubt: a search that is said to be open counts as
open only while its expiry has not passed, and as of unknown state where the expiry is told too roughly for that day.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, mk, node, ordered
from medkg.analysis.figures import Figure, figures_of
from medkg.analysis.moments import days_of
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.namespaces import SCHEME

Node = ox.NamedNode
Term = ox.NamedNode | ox.Literal


def state(name: str) -> Node:
    """Give a state of the scheme."""
    return Node(f"{SCHEME}search-status/{name}")


OPEN: Final = state("open")
EXPIRED: Final = state("expired")
#: What a source says once and for all: no day makes it untrue.
FINAL_STATES: Final = frozenset({state("filled"), state("closed"), EXPIRED})
#: The order of the table: what can be answered first. What is unknown stands behind the open ones.
_ORDER: Final[Sequence[Node | None]] = (OPEN, None, state("filled"), state("closed"), EXPIRED)


@dataclass(slots=True)
class Search:
    """A partner search: property → value → the statement, be it of the search or of its project."""

    iri: Node
    said: dict[Node, dict[Term, ox.Triple]] = field(default_factory=lambda: defaultdict(dict))

    def values(self, *names: str) -> dict[Node, ox.Triple]:
        """Give the things that some properties name, each with a statement that does."""
        found = {value: held for name in names for value, held in self.said.get(mk(name), {}).items()}
        return {value: held for value, held in found.items() if isinstance(value, Node)}

    def texts(self, name: str) -> Value:
        """Give what a property says in words; several texts stand in one line."""
        found = [value for value in self.said.get(mk(name), {}) if isinstance(value, ox.Literal)]
        if len(found) < 2:
            return found[0] if found else None
        return ox.Literal(" · ".join(sorted(text.value for text in found)))

    @property
    def project(self) -> Node | None:
        """Give the project that searches; the first by IRI, should there be several against the rules."""
        found = {cast(Node, held.subject) for held in self.said.get(mk("hasPartnerSearch"), {}).values()}
        return min(found, key=lambda item: item.value, default=None)

    @property
    def expiry(self) -> ox.Literal | None:
        """Give the day, month or year in which it expires."""
        return next((value for value in self.said.get(mk("expiresOn"), {}) if isinstance(value, ox.Literal)), None)

    @property
    def evidence(self) -> tuple[ox.Triple, ...]:
        """Give all statements it consists of."""
        return tuple(sorted((item for held in self.said.values() for item in held.values()), key=str))

    def state(self, on: datetime.date) -> Node | None:
        """Give the state on a day; None where it cannot be told.

        What a source says for good (filled, closed, expired) holds on every day. Else a search whose last day has
        passed is expired, and one is open if a source says so and the day is not after its last.
        """
        (stated,) = tuple(self.values("searchStatus"))[:1] or (None,)
        if stated in FINAL_STATES:
            return stated
        if self.expiry is None:
            return stated if stated == OPEN else None
        first, last = days_of(self.expiry) or (datetime.date.min, datetime.date.max)
        if on > last:
            return EXPIRED
        return stated if stated == OPEN and on <= first else None


def day_of(given: Given) -> datetime.date:
    """Give the day on which a report is made, which its definition fills in."""
    return datetime.date.fromisoformat(cast(ox.Literal, given["on"]).value)


def read_searches(facts: Facts, **given: Node) -> list[Search]:
    """Give all partner searches in the order of their IRIs, or the one that is ``search``."""
    found: dict[Node, Search] = {}
    for row in facts.rows("partner-searches", **given):
        own, subject, prop = (node(row, name) for name in ("search", "subject", "property"))
        search = found.setdefault(own, Search(own))
        # One project per search is a rule; keyed by its subject, a second one does not overwrite the first.
        value = subject if prop == mk("hasPartnerSearch") else cast(Term, row["value"])
        search.said[prop].setdefault(value, ox.Triple(subject, prop, row["value"]))
    return [found[iri] for iri in ordered(found)]


def report(facts: Facts, given: Given) -> Report:
    """Give all searches with their state on a day, the open ones first, then by IRI."""
    on = day_of(given)
    searches = sorted(read_searches(facts), key=lambda one: (_ORDER.index(one.state(on)), one.iri.value))
    closing = closing_dates(facts, searches)
    tables = (
        Table("searches", tuple(_search(one, on, closing) for one in searches)),
        Table("wanted", tuple(map(_wanted, searches))),
        Table("budgets", tuple(_budgets(facts, searches))),
    )
    return Report(tables, (*_notes(searches, on), *closed_calls(closing, on)), bool(searches))


def closing_dates(facts: Facts, searches: Iterable[Search]) -> dict[Node, ox.Literal]:
    """Give the last day of each call under which a search is, as far as a rule of the call states it; the first."""
    calls = {call for one in searches for call in one.values("underCall")}
    found: dict[Node, ox.Literal] = {}
    for row in facts.rows_for_many("closing-dates-of-calls", "call", calls):
        found.setdefault(node(row, "call"), cast(ox.Literal, row["closes"]))
    return found


def closed_calls(closing: Mapping[Node, ox.Literal], on: datetime.date) -> Iterable[Note]:
    """Say of calls which of them have closed before a day."""
    for call in ordered(closing):
        days = days_of(closing[call])
        if days is not None and on > days[1]:
            yield Note("call-closed", {"call": call, "closes": closing[call]})


def _search(one: Search, on: datetime.date, closing: Mapping[Node, ox.Literal]) -> Row:
    calls = ordered(one.values("underCall"))
    cells: dict[str, Value] = {
        "search": one.iri,
        "project": one.project,
        "state": one.state(on) or Note("state-unknown"),
        "expires": one.expiry,
        "programme": ordered(one.values("underProgramme")),
        "priority": ordered(one.values("underPriority")),
        "call": calls,
        "closes": next((closing[call] for call in calls if call in closing), None),
        "contact": ordered(one.values("contactOrganisation")),
    }
    return Row(cells, one.evidence)


def _wanted(one: Search) -> Row:
    cells: dict[str, Value] = {
        "search": one.iri,
        "types": ordered(one.values("seeksOrganisationType", "requiresOrganisationType")),
        "required-types": ordered(one.values("requiresOrganisationType")),
        "legal": ordered(one.values("seeksLegalStatus")),
        "countries": ordered(one.values("seeksCountry", "requiresCountry")),
        "required-countries": ordered(one.values("requiresCountry")),
        "area": one.texts("eligibleAreaText"),
        "chains": ordered(one.values("seeksValueChain")),
        "capabilities": ordered(one.values("seeksCapability")),
        "offers": one.texts("offers"),
    }
    return Row(cells, one.evidence)


def _budgets(facts: Facts, searches: Iterable[Search]) -> Iterable[Row]:
    """Give the figures of the searches, and those of their projects after them."""
    owners = {one.iri: tuple(owner for owner in (one.iri, one.project) if owner is not None) for one in searches}
    figures: dict[Node, list[Figure]] = defaultdict(list)
    for figure in figures_of(facts, {owner for held in owners.values() for owner in held}):
        figures[figure.owner].append(figure)
    return (_budget(iri, figure) for iri, held in owners.items() for owner in held for figure in figures[owner])


def _budget(search: Node, figure: Figure) -> Row:
    cells: Mapping[str, Value] = {
        "search": search,
        "of": figure.owner,
        "kind": figure.kind,
        "amount": figure.amount,
    }
    return Row(cells, figure.evidence)


def _notes(searches: Sequence[Search], on: datetime.date) -> Iterable[Note]:
    if not searches:
        yield Note("none")
        return
    yield Note("as-of", {"on": ox.Literal(on.isoformat())})
    states = Counter(one.state(on) for one in searches)
    if states[None]:
        yield Note("unknown", {"unknown": states[None]})
    endless = sum(one.state(on) == OPEN and one.expiry is None for one in searches)
    if endless:
        yield Note("no-expiry", {"searches": endless})
    if not any(one.texts("offers") for one in searches):
        yield Note("no-offers")
