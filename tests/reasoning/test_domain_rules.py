"""Each domain rule on a small case: what it gives, and the neighbours for which it must give nothing."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.reasoning.rulefile import Rule, load_rules
from medkg.reasoning.rules import scratch_of
from medkg.settings import load_settings

CASES = Path(__file__).parent / "cases"
RULES = {rule.id: rule for rule in load_rules(load_settings(environ={}).ontology / "rules")}
#: The rules of the domain; those before them are OWL's, those between are tested with the name patterns.
DOMAIN = [rule for rule in RULES.values() if rule.number >= 30]


def given(rule: Rule) -> ox.Store:
    store = ox.Store()
    store.load(path=str(CASES / rule.id / "given.trig"), format=ox.RdfFormat.TRIG)
    return scratch_of(store)


def expected(rule: Rule) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(CASES / rule.id / "expected.ttl"), format=ox.RdfFormat.TURTLE)}


def comparable(triples: set[ox.Triple]) -> set[str]:
    """Give the triples as text; 90.0 and 90 are one decimal number."""
    return {str(triple).replace('.0"^^', '"^^') for triple in triples}


@pytest.mark.parametrize("rule", DOMAIN, ids=lambda rule: rule.id)
def test_rule_gives_what_it_should_and_nothing_else(rule: Rule) -> None:
    answer = given(rule).query(rule.text)
    assert isinstance(answer, ox.QueryTriples)
    assert comparable(set(answer)) == comparable(expected(rule))


def test_every_case_belongs_to_a_rule() -> None:
    assert {folder.name for folder in CASES.iterdir()} == {rule.id for rule in DOMAIN}
