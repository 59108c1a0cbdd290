"""The smallest repair: it makes the consortium eligible, and no smaller change does, as trying all of them shows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from medkg.analysis.consortium import Body, Consortium
from medkg.analysis.helix import HELICES
from medkg.analysis.repair import Rules, alternatives, smallest_repair
from medkg.analysis.rules import Rule
from tests.analysis.consortia import INSIDE, OUTSIDE, STRANGE, area, consortia
from tests.analysis.small_registry import thing

#: Changes up to which everything is tried.
TRIED = 2


def rule(kind: str, limit: int | None = None, place: int = 0) -> Rule:
    country = INSIDE[place] if kind == "bodies-of-country-at-most" else None
    return Rule(thing(f"rule/{kind}-{place}"), kind, thing("programme/p"), "" if limit is None else str(limit), country)


SETS = [
    [rule("countries-within"), rule("bodies-at-least", 3), rule("partner-side-bodies-at-least", 1), rule("lead-named")],
    [rule("countries-within"), rule("countries-at-least", 3), rule("eu-bodies-at-least", 2), rule("lead-eu")],
    [rule("countries-within-or-eu"), rule("countries-at-least", 2), rule("lead-public"), rule("lead-eligible")],
    [rule("countries-within"), rule("helices-at-least", 3), rule("lead-named")],
    [rule("countries-within"), rule("bodies-of-country-at-most", 1), rule("bodies-of-country-at-most", 0, 1)],
    [rule("bodies-of-country-at-most", 1), rule("eu-bodies-at-least", 2), rule("helices-at-least", 2)],
]


def changed(before: Consortium, size: int) -> Iterator[Consortium]:
    """Give every consortium that a number of changes can make, from every country, helix and legal status."""
    facts = [
        Body(None, frozenset({country}), frozenset({helix}), True)
        for country in (*INSIDE, *OUTSIDE, *STRANGE)
        for helix in HELICES
    ]
    for going in range(size + 1):
        for gone in combinations(before.bodies, going):
            kept = tuple(body for body in before.bodies if body not in gone)
            stays = before.lead if before.lead in kept else None
            for added in combinations_with_replacement(facts, size - going):
                yield Consortium((*kept, *added), stays)
            for added in combinations_with_replacement(facts, size - going - 1) if size > going else ():
                bodies = (*kept, *added)
                yield from (Consortium(bodies, lead) for lead in bodies if lead != before.lead)


@pytest.mark.parametrize("known", SETS, ids=lambda known: "-".join(one.kind for one in known))
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_a_repair_works_and_no_smaller_one_does(known: list[Rule], data: st.DataObject) -> None:
    rules = Rules.of_members(known, area())
    before = data.draw(consortia((*INSIDE, *OUTSIDE, *STRANGE), unknown=True, most=3))
    found = smallest_repair(before, rules)
    assert found is not None
    assert rules.kept_by(found.after)
    assert found.size == (
        len(before.bodies)
        + len(found.added) * 2
        - len(found.after.bodies)
        + (found.after.lead != before.lead and found.after.lead is not None)
    )
    for size in range(min(found.size, TRIED + 1)):
        assert not any(rules.kept_by(one) for one in changed(before, size))


@pytest.mark.parametrize("known", SETS[:3], ids=lambda known: known[0].kind)
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_each_country_that_is_named_for_an_addition_serves_as_well(known: list[Rule], data: st.DataObject) -> None:
    rules = Rules.of_members(known, area())
    found = smallest_repair(data.draw(consortia((*INSIDE, *OUTSIDE), most=3)), rules)
    assert found is not None
    for place, body in enumerate(found.added):
        choice = alternatives(found, place, rules)
        assert body.countries <= set(choice) <= area().eligible
        assert list(choice) == sorted(choice, key=lambda country: country.value)


def test_the_order_of_the_members_does_not_change_the_size() -> None:
    rules = Rules.of_members(SETS[1], area())
    bodies = tuple(Body(thing(f"actor/{name}"), frozenset({INSIDE[0]})) for name in "abcd")
    sizes = {smallest_repair(Consortium(order, bodies[3]), rules) for order in (bodies, bodies[::-1])}
    assert {one.size for one in sizes if one} == {2}


def test_what_nothing_repairs_is_said() -> None:
    rules = Rules.of_members([rule("countries-within"), rule("countries-at-least", 7)], area())
    assert smallest_repair(Consortium(()), rules) is None


def test_many_bodies_of_a_country_that_may_send_few_go_at_once() -> None:
    rules = Rules.of_members([rule("bodies-of-country-at-most", 3), rule("helices-at-least", 2)], area())
    many = tuple(
        Body(thing(f"actor/b{at:03}"), frozenset({INSIDE[0]}), frozenset({HELICES[at % 4]})) for at in range(150)
    )
    found = smallest_repair(Consortium(many, many[7]), rules)
    assert found is not None
    assert (len(found.removed), found.size, found.after.lead) == (147, 147, many[7])
    assert rules.kept_by(found.after)
