"""What a rule says of a consortium is what a SHACL processor says; and what is not known is left open, not guessed."""

from __future__ import annotations

from functools import cache
from itertools import product

import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rdflib import Graph

from medkg.analysis.consortium import Body, Consortium, Money
from medkg.analysis.helix import HELICES
from medkg.analysis.rulebook import ASPECTS, Rulebook, read_rulebook
from medkg.analysis.rules import Area, Outcome, Rule, judged, verdict
from tests.analysis.consortia import INSIDE, OUTSIDE, STRANGE, area, as_graph, broken_shapes, consortia, shapes_of
from tests.analysis.eligible import OWNERS, PROGRAMME_OF, facts
from tests.analysis.small_registry import thing

CASES = sorted({(owner, PROGRAMME_OF.get(owner, owner)) for owner in OWNERS})
#: Countries of several programmes, on both sides, and two of none.
COUNTRIES = (*INSIDE, *OUTSIDE, *STRANGE, thing("place/albania"), thing("place/croatia"))


@cache
def rulebook(owner: str) -> Rulebook:
    return read_rulebook(facts(), thing(f"programme/{owner}"))


@cache
def shapes(owner: str, programme: str) -> Graph:
    return shapes_of(*{owner, programme})


@pytest.mark.parametrize(("owner", "programme"), CASES)
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_a_shacl_processor_judges_the_same(owner: str, programme: str, data: st.DataObject) -> None:
    book = rulebook(owner)
    consortium = data.draw(consortia(COUNTRIES))
    broken = {rule.iri.value for rule in book.rules if judged(rule, book.area, consortium) is Outcome.BROKEN}
    assert broken == broken_shapes(as_graph(consortium, book.area), shapes(owner, programme))


def rule(kind: str, limit: int | str = "", country: ox.NamedNode | None = None) -> Rule:
    return Rule(thing(f"rule/{kind}"), kind, thing("programme/p"), str(limit), country)


MEMBERSHIP = [
    *(rule(kind) for kind in ("countries-within", "countries-within-or-eu", "lead-named", "lead-eligible", "lead-eu")),
    rule("lead-public"),
    *(
        rule(kind, number)
        for kind in ("bodies-at-least", "countries-at-least", "eu-bodies-at-least", "partner-side-bodies-at-least")
        for number in (1, 2, 3)
    ),
    *(rule("helices-at-least", number) for number in (2, 3, 4)),
    *(rule("bodies-of-country-at-most", number, INSIDE[0]) for number in (1, 2)),
]


def completions(consortium: Consortium) -> list[Consortium]:
    """Give all that a consortium may really be, where nothing is known of some of its bodies."""
    known = []
    for body in consortium.bodies:
        countries = [body.countries] if body.countries else [frozenset({one}) for one in (*INSIDE, *OUTSIDE, *STRANGE)]
        helices = [body.helices] if body.helices else [frozenset({one}) for one in HELICES] + [frozenset(HELICES)]
        public = [body.public] if body.public is not None else [True, False]
        known.append([Body(body.iri, *facts) for facts in product(countries, helices, public)])
    found = []
    for bodies in product(*known):
        lead = next((body for body in bodies if consortium.lead and body.iri == consortium.lead.iri), None)
        found.append(Consortium(bodies, lead))
    return found


def projected(one: Rule, consortium: Consortium) -> Consortium:
    """Fill in what the rule does not ask about, so that there are few ways to complete the rest."""
    about = one.kind.partition("-")[0]
    bodies = tuple(
        Body(
            body.iri,
            body.countries if about != "helices" and one.kind != "lead-public" else frozenset({INSIDE[0]}),
            body.helices if about == "helices" else frozenset({HELICES[0]}),
            body.public if one.kind == "lead-public" else True,
        )
        for body in consortium.bodies
    )
    lead = next((body for body in bodies if consortium.lead and body.iri == consortium.lead.iri), None)
    return Consortium(bodies, lead)


@pytest.mark.parametrize("one", MEMBERSHIP, ids=lambda one: f"{one.kind}-{one.limit}")
@settings(max_examples=15, deadline=None)
@given(consortium=consortia((*INSIDE, *OUTSIDE, *STRANGE), unknown=True, most=3))
def test_a_rule_is_open_just_where_what_is_missing_decides(one: Rule, consortium: Consortium) -> None:
    asked = projected(one, consortium)
    outcomes = {judged(one, area(), full) for full in completions(asked)}
    assert judged(one, area(), asked) is (outcomes.pop() if len(outcomes) == 1 else Outcome.OPEN)


def test_a_country_of_which_it_is_not_known_whether_it_is_in_the_union_leaves_its_side_open() -> None:
    unclear = Area(frozenset(INSIDE), frozenset(INSIDE[:1]), frozenset())
    for kind in ("eu-bodies-at-least", "partner-side-bodies-at-least"):
        one = Consortium((Body(thing("actor/a"), frozenset({INSIDE[1]})),))
        assert judged(rule(kind, 1), unclear, one) is Outcome.OPEN


@pytest.mark.parametrize(
    ("kind", "limit", "money", "expected"),
    [
        ("eu-rate-at-most", 90, ("1000000", "900000", None), Outcome.KEPT),
        ("eu-rate-at-most", 90, ("1000000", "900000.01", None), Outcome.BROKEN),
        ("eu-rate-at-most", 90, ("1000000", None, None), Outcome.NOT_ASKED),
        ("contribution-at-least", 500000, (None, "500000", None), Outcome.KEPT),
        ("contribution-at-most", 500000, (None, "500000.001", None), Outcome.BROKEN),
        ("handed-in-by", "2019-07-03", (None, None, "2019-07-03"), Outcome.KEPT),
        ("handed-in-by", "2019-07-03", (None, None, "2019-07-04"), Outcome.BROKEN),
        ("handed-in-by", "2019-07-03", (None, None, None), Outcome.NOT_ASKED),
    ],
)
def test_money_and_days_are_judged_to_the_cent(
    kind: str, limit: int | str, money: tuple[str | None, ...], expected: Outcome
) -> None:
    from decimal import Decimal

    total, asked = (None if amount is None else Decimal(amount) for amount in money[:2])
    assert judged(rule(kind, limit), area(), Consortium((), None, Money(total, asked, money[2]))) is expected


def test_several_rules_together_are_broken_by_one_and_open_by_one() -> None:
    assert verdict([Outcome.KEPT, Outcome.NOT_ASKED]) is Outcome.KEPT
    assert verdict([Outcome.KEPT, Outcome.OPEN]) is Outcome.OPEN
    assert verdict([Outcome.OPEN, Outcome.BROKEN]) is Outcome.BROKEN


def test_each_kind_of_rule_is_one_that_the_shapes_have_or_may_have() -> None:
    groups = {str(group).rpartition("/")[2] for group in shapes_of("groups").subjects()}
    assert {one.kind for owner in OWNERS for one in rulebook(owner).rules} < groups
    assert frozenset().union(*ASPECTS.values()) < groups
