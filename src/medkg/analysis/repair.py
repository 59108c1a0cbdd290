"""The smallest change of a consortium that makes it keep the rules: bodies removed, bodies to be found, another lead.

The search is exact. It tries all changes of one size before any of the next, so that the first that works is a
smallest one. It leaves out only what cannot help: removing a body that breaks no rule (every other rule asks for more,
never for less), and adding one from a country that another addition of the same side serves at least as well (a new
country counts for whatever a further body of a represented one does).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import pyoxigraph as ox

from medkg.analysis.consortium import Body, Consortium, helices_of
from medkg.analysis.helix import HELICES
from medkg.analysis.rules import Area, Outcome, Rule, judged

Node = ox.NamedNode
#: Changes, besides those that nothing can spare, up to which a repair is looked for.
MOST_CHANGES: Final = 12
_WITHIN: Final = frozenset({"countries-within", "countries-within-or-eu"})
_CAPPED: Final = "bodies-of-country-at-most"


@dataclass(frozen=True, slots=True)
class Repair:
    """A change: who goes, which bodies come (each from one country, and of a helix where that matters), who leads."""

    after: Consortium
    removed: tuple[Body, ...]
    added: tuple[Body, ...]
    lead_changed: bool

    @property
    def size(self) -> int:
        """Give the number of changes."""
        return len(self.removed) + len(self.added) + self.lead_changed


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules on members and lead, in one area."""

    rules: tuple[Rule, ...]
    area: Area

    @classmethod
    def of_members(cls, rules: Sequence[Rule], area: Area) -> Rules:
        """Give those that a change of members can keep."""
        return cls(tuple(rule for rule in rules if rule.of_members), area)

    def kept_by(self, consortium: Consortium) -> bool:
        """Tell whether all are kept for certain."""
        return all(judged(rule, self.area, consortium) is Outcome.KEPT for rule in self.rules)

    def strange(self, body: Body) -> bool:
        """Tell whether a body breaks a rule, or may break one, whoever else takes part."""
        alone = Consortium((body,))
        return any(judged(rule, self.area, alone) is not Outcome.KEPT for rule in self.rules if rule.kind in _WITHIN)

    def capped(self, body: Body) -> bool:
        """Tell whether a body counts, or may count, among those of a country that may not send more."""
        caps = [rule.country for rule in self.rules if rule.kind == _CAPPED]
        return any(not body.countries or country in body.countries for country in caps)

    def excess(self, bodies: Sequence[Body]) -> int:
        """Give how many bodies must go, because so many more than allowed are from one country."""
        caps = ((rule.number, rule.country) for rule in self.rules if rule.kind == _CAPPED)
        held = [body for body in bodies if not self.strange(body)]
        return max((0, *(sum(country in body.countries for body in held) - most for most, country in caps)))

    def told_apart_by(self, body: Body) -> tuple[object, ...]:
        """Give what the rules look at in a body."""
        helices = body.helices if self.asks_for_helices else None
        return body.countries, helices, body.public if self.asks_for_public_lead else None

    def room(self, country: Node, bodies: Sequence[Body]) -> bool:
        """Tell whether one more body of a country is allowed."""
        more = Consortium((*bodies, Body(None, frozenset({country}))))
        caps = (rule for rule in self.rules if rule.kind == _CAPPED and rule.country == country)
        return all(judged(rule, self.area, more) is Outcome.KEPT for rule in caps)

    @property
    def asks_for_helices(self) -> bool:
        """Tell whether one counts helices."""
        return any(rule.kind == "helices-at-least" for rule in self.rules)

    @property
    def asks_for_public_lead(self) -> bool:
        """Tell whether one is about the legal status of the lead."""
        return any(rule.kind == "lead-public" for rule in self.rules)


def smallest_repair(consortium: Consortium, rules: Rules, most: int = MOST_CHANGES) -> Repair | None:
    """Give a smallest change after which all rules on members and lead are kept for certain.

    Of several the one that keeps the lead, then removes the fewest, then adds the most from the Union. None where none
    is found with up to ``most`` changes besides the removal of bodies that no rule-abiding consortium can have.
    """
    least = rules.excess(consortium.bodies)
    tried = chain.from_iterable(_changes(consortium, rules, least, size) for size in range(least, least + most + 1))
    return next((one for one in tried if rules.kept_by(one.after)), None)


def _changes(before: Consortium, rules: Rules, least: int, size: int) -> Iterator[Repair]:
    """Give all changes of one size that differ for the rules; the removal of what must go is not counted.

    At least ``least`` bodies go besides, because a country has so many too many.
    """
    rest = tuple(body for body in before.bodies if not rules.strange(body))
    may_go = [body for body in rest if rules.capped(body)]
    for lead_changed in (False, True):
        for freely in range(least, size - lead_changed + 1):
            for removed in _removals(may_go, freely, before.lead, rules):
                kept = tuple(body for body in rest if body not in removed)
                for added in _additions(kept, size - lead_changed - freely, rules):
                    for after in _led(before, kept, added, lead_changed, rules):
                        yield _repair(before, after, lead_changed)


def _removals(bodies: Sequence[Body], number: int, lead: Body | None, rules: Rules) -> Iterator[tuple[Body, ...]]:
    """Give ways to remove a number of bodies; of bodies that are alike for the rules the first go first."""
    alike: dict[tuple[object, ...], list[Body]] = {}
    # The lead stays as long as another can go.
    for body in sorted(bodies, key=lambda one: one != lead):
        alike.setdefault((*rules.told_apart_by(body), body == lead), []).append(body)
    for counts in _shares([len(group) for group in alike.values()], number):
        yield tuple(body for group, count in zip(alike.values(), counts, strict=True) for body in group[:count])


def _shares(sizes: Sequence[int], number: int) -> Iterator[tuple[int, ...]]:
    """Give all ways to take a number of things from heaps of some sizes."""
    if not sizes:
        yield from [()] if number == 0 else []
        return
    for first in range(max(0, number - sum(sizes[1:])), min(sizes[0], number) + 1):
        yield from ((first, *rest) for rest in _shares(sizes[1:], number - first))


def _repair(before: Consortium, after: Consortium, lead_changed: bool) -> Repair:
    removed = tuple(body for body in before.bodies if body not in after.bodies)
    return Repair(after, removed, tuple(body for body in after.bodies if body.iri is None), lead_changed)


def _additions(kept: Sequence[Body], number: int, rules: Rules) -> Iterator[tuple[Body, ...]]:
    """Give ways to add a number of bodies: each split over the sides once, from new countries first."""
    for split in _splits(number, len(rules.area.sides)):
        found = _filled(kept, split, rules)
        if found is not None:
            yield _with_helices(kept, found, rules)


def _splits(number: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (number,)
        return
    for first in range(number, -1, -1):
        yield from ((first, *rest) for rest in _splits(number - first, parts - 1))


def _filled(kept: Sequence[Body], split: Sequence[int], rules: Rules) -> tuple[Body, ...] | None:
    added: list[Body] = []
    for side, wanted in zip(rules.area.sides, split, strict=True):
        for _ in range(wanted):
            country = _next_country(side, [*kept, *added], rules)
            if country is None:
                return None
            added.append(Body(None, frozenset({country})))
    return tuple(added)


def _next_country(side: frozenset[Node], bodies: Sequence[Body], rules: Rules) -> Node | None:
    """Give the country for a further body: a new one before those with few bodies, then by IRI."""
    held = {country: sum(country in body.countries for body in bodies) for country in side}
    free = [country for country in side if rules.room(country, bodies)]
    return min(free, key=lambda country: (held[country] > 0, held[country], country.value), default=None)


def _with_helices(kept: Sequence[Body], added: Sequence[Body], rules: Rules) -> tuple[Body, ...]:
    """Give each added body a helix that is missing, as long as one is and a rule asks for it."""
    missing = [helix for helix in HELICES if helix not in helices_of(kept)] if rules.asks_for_helices else []
    chosen = [*missing, *[None] * len(added)]
    return tuple(
        replace(body, helices=frozenset({helix} if helix else ())) for body, helix in zip(added, chosen, strict=False)
    )


def _led(
    before: Consortium, kept: Sequence[Body], added: Sequence[Body], lead_changed: bool, rules: Rules
) -> Iterator[Consortium]:
    """Give the consortium under each lead that makes a difference."""
    bodies = (*kept, *added)
    if not lead_changed:
        yield Consortium(bodies, before.lead if before.lead in kept else None, before.money)
        return
    leads = {rules.told_apart_by(body): body for body in reversed(kept) if body != before.lead}
    yield from (Consortium(bodies, body, before.money) for body in reversed(leads.values()))
    public = True if rules.asks_for_public_lead else None
    for place, body in enumerate(added):
        leader = replace(body, public=public)
        yield Consortium((*kept, *added[:place], leader, *added[place + 1 :]), leader, before.money)


def alternatives(repair: Repair, place: int, rules: Rules) -> tuple[Node, ...]:
    """Give the countries that the added body at a place may be from, all else as it is, in the order of their IRIs."""
    body = repair.added[place]
    start = len(repair.after.bodies) - len(repair.added)
    found = []
    for country in sorted(rules.area.eligible, key=lambda item: item.value):
        other = replace(body, countries=frozenset({country}))
        bodies = [*repair.after.bodies]
        leads = repair.after.lead is not None and repair.after.lead is bodies[start + place]
        bodies[start + place] = other
        lead = other if leads else repair.after.lead
        if rules.kept_by(Consortium(tuple(bodies), lead, repair.after.money)):
            found.append(country)
    return tuple(found)
