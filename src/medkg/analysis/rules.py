"""The rules of programmes and calls for a consortium, and what each says of one: kept, broken, or cannot be told.

A rule is a SHACL property shape of ``ontology/shapes/eligibility``; its kind is its ``sh:group``. What is told here of
a consortium of which everything is known is what a SHACL processor tells. Of what is not known nothing is guessed: a
rule is kept (broken) where it is whatever the missing facts may be, and else it cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from medkg.analysis.consortium import Body, Consortium, countries_of, helices_of

Node = ox.NamedNode
#: The helices there are.
HELICES: Final = 4


class Outcome(StrEnum):
    """What a rule says of a consortium. Not asked: the rule is about something that was not given."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Area:
    """The countries whose bodies a programme may fund, and which countries are in the European Union or are not."""

    eligible: frozenset[Node]
    union: frozenset[Node]
    outside: frozenset[Node]

    @property
    def sides(self) -> tuple[frozenset[Node], ...]:
        """Give the eligible countries in the Union, those outside, and those of which neither is known."""
        known = (self.eligible & self.union, self.eligible & self.outside)
        return (*known, self.eligible - known[0] - known[1])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``limit`` is its number, day or country's bound, ``country`` the one it is about."""

    iri: Node
    kind: str
    owner: Node
    limit: str = ""
    country: Node | None = None
    evidence: tuple[ox.Triple, ...] = field(default=(), compare=False)

    @property
    def number(self) -> int:
        """Give the limit of a rule that counts."""
        return int(self.limit)

    @property
    def of_members(self) -> bool:
        """Tell whether it is about who takes part and who leads, not about money and days."""
        return self.kind not in _OF_MONEY


def judged(rule: Rule, area: Area, consortium: Consortium) -> Outcome:
    """Give what a rule says of a consortium."""
    return _KINDS[rule.kind](rule, area, consortium)


def known_kind(kind: str) -> bool:
    """Tell whether rules of a kind can be judged."""
    return kind in _KINDS


def verdict(outcomes: Collection[Outcome]) -> Outcome:
    """Give what several rules say together: broken where one is, kept where all are that were asked."""
    if Outcome.BROKEN in outcomes:
        return Outcome.BROKEN
    return Outcome.OPEN if Outcome.OPEN in outcomes else Outcome.KEPT


def _told(certain: bool, possible: bool) -> Outcome:
    if certain:
        return Outcome.KEPT
    return Outcome.OPEN if possible else Outcome.BROKEN


def _unknown(bodies: Iterable[Body]) -> int:
    return sum(not body.countries for body in bodies)


def _bodies_at_least(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    return _told(len(consortium.bodies) >= rule.number, False)


def _countries_at_least(rule: Rule, area: Area, consortium: Consortium) -> Outcome:
    known = len(countries_of(consortium.bodies) & area.eligible)
    most = min(known + _unknown(consortium.bodies), len(area.eligible))
    return _told(known >= rule.number, most >= rule.number)


def _from(bodies: Collection[Body], certain: Collection[Node], possible: Collection[Node], least: int) -> Outcome:
    """Tell whether enough bodies are from some countries; ``possible`` are those that may belong to them."""
    known = sum(not body.countries.isdisjoint(certain) for body in bodies)
    may = sum(not body.countries or not body.countries.isdisjoint(possible) for body in bodies)
    return _told(known >= least, may >= least)


def _union_bodies(rule: Rule, area: Area, consortium: Consortium) -> Outcome:
    inside, _, unclear = area.sides
    return _from(consortium.bodies, inside, inside | unclear, rule.number)


def _partner_side_bodies(rule: Rule, area: Area, consortium: Consortium) -> Outcome:
    _, outside, unclear = area.sides
    return _from(consortium.bodies, outside, outside | unclear, rule.number)


def _bodies_of_country_at_most(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    known = sum(rule.country in body.countries for body in consortium.bodies)
    return _told(known + _unknown(consortium.bodies) <= rule.number, known <= rule.number)


def _within(_: Rule, area: Area, consortium: Consortium) -> Outcome:
    strange = countries_of(consortium.bodies) - area.eligible
    return _told(not strange and not _unknown(consortium.bodies), not strange)


def _within_or_union(_: Rule, area: Area, consortium: Consortium) -> Outcome:
    strange = countries_of(consortium.bodies) - area.eligible - area.union
    return _told(not strange and not _unknown(consortium.bodies), not strange & area.outside)


def _helices_at_least(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    known = len(helices_of(consortium.bodies))
    silent = any(not body.helices for body in consortium.bodies)
    return _told(known >= rule.number, silent and rule.number <= HELICES)


def _lead_named(_: Rule, __: Area, consortium: Consortium) -> Outcome:
    return _told(consortium.lead is not None, False)


def _lead_eligible(_: Rule, area: Area, consortium: Consortium) -> Outcome:
    return _from(_leads(consortium), area.eligible, area.eligible, 1)


def _lead_union(_: Rule, area: Area, consortium: Consortium) -> Outcome:
    inside, _outside, unclear = area.sides
    return _from(_leads(consortium), inside, inside | unclear, 1)


def _lead_public(_: Rule, __: Area, consortium: Consortium) -> Outcome:
    lead = consortium.lead
    return _told(bool(lead and lead.public), bool(lead and lead.public is None))


def _leads(consortium: Consortium) -> tuple[Body, ...]:
    return () if consortium.lead is None else (consortium.lead,)


def _contribution_at_least(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    asked = consortium.money.contribution
    return Outcome.NOT_ASKED if asked is None else _told(asked >= Decimal(rule.limit), False)


def _contribution_at_most(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    asked = consortium.money.contribution
    return Outcome.NOT_ASKED if asked is None else _told(asked <= Decimal(rule.limit), False)


def _rate_at_most(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    total, asked = consortium.money.total, consortium.money.contribution
    if total is None or asked is None:
        return Outcome.NOT_ASKED
    # Fractions, because a product of long decimals would be rounded.
    return _told(Fraction(asked) * 100 <= Fraction(rule.limit) * Fraction(total), False)


def _handed_in_by(rule: Rule, _: Area, consortium: Consortium) -> Outcome:
    on = consortium.money.on
    return Outcome.NOT_ASKED if on is None else _told(on <= rule.limit, False)


_OF_MONEY: Final = frozenset({"contribution-at-least", "contribution-at-most", "eu-rate-at-most", "handed-in-by"})
_KINDS: Final[Mapping[str, Callable[[Rule, Area, Consortium], Outcome]]] = MappingProxyType(
    {
        "countries-within": _within,
        "countries-within-or-eu": _within_or_union,
        "bodies-at-least": _bodies_at_least,
        "countries-at-least": _countries_at_least,
        "eu-bodies-at-least": _union_bodies,
        "partner-side-bodies-at-least": _partner_side_bodies,
        "bodies-of-country-at-most": _bodies_of_country_at_most,
        "lead-named": _lead_named,
        "lead-eligible": _lead_eligible,
        "lead-eu": _lead_union,
        "lead-public": _lead_public,
        "helices-at-least": _helices_at_least,
        "contribution-at-least": _contribution_at_least,
        "contribution-at-most": _contribution_at_most,
        "eu-rate-at-most": _rate_at_most,
        "handed-in-by": _handed_in_by,
    }
)
