"""The report on a consortium: verdict, rules, repair; and what is asked wrongly is refused with the way to ask."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, SH, URIRef

from medkg.analysis.definition import definitions
from medkg.analysis.report import Note, Report, Row
from medkg.analysis.rules import known_kind
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import BASE
from tests.analysis.consortia import shapes_of
from tests.analysis.eligible import OWNERS, PROGRAMME_OF, quads, table
from tests.analysis.small_registry import partner, registry, said, thing

NEXT_MED = "id:programme/interreg-next-med-2021-2027"
CALL = f"{NEXT_MED}-first-call-2023"
EURO_MED = "id:programme/interreg-euro-med-2021-2027"
PLACES = {"a": "italy", "b": "greece", "c": "tunisia", "d": "jordan", "e": "libya", "f": ""}


def bodies() -> list[ox.Quad]:
    """Give bodies of several countries; of f no country is known."""
    found = [quad for name in PLACES for quad in partner(f"actor/{name}", "academia", of="project/q")]
    return [*found, *(said(f"actor/{name}", "country", f"place/{at}") for name, at in PLACES.items() if at)]


def judged(members: str, programme: str = CALL, **given: str) -> Report:
    named = " ".join(f"id:actor/{name}" for name in members)
    lead = {"lead": f"id:actor/{given.pop('lead')}"} if "lead" in given else {}
    asked = registry([*quads(), *bodies()])
    return analyse(asked, "eligibility", {"programme": programme, "members": named, **lead, **given})


def outcomes(report: Report) -> dict[str, str]:
    found = {}
    for row in report.table("rules").rows:
        rule, outcome = row.cells["rule"], row.cells["outcome"]
        assert isinstance(rule, Note)
        assert isinstance(outcome, Note)
        found[rule.id] = outcome.id
    return found


def steps(report: Report) -> list[Row]:
    return list(report.table("repair").rows)


def test_a_consortium_that_keeps_all_rules_is_eligible_and_needs_no_repair() -> None:
    found = judged("abc", lead="c", total="1000000", contribution="890000", on="2024-03-28")
    (row,) = found.table("verdict").rows
    assert row.cells["verdict"] == Note("verdict-kept")
    assert (row.cells["kept"], row.cells["broken"], row.cells["open"], row.cells["not-asked"]) == (10, 0, 0, 0)
    assert row.cells["changes"] is None
    assert steps(found) == []
    assert found.enough
    assert outcomes(found)["about-helices"] == "no-rule"


def test_what_is_missing_is_named_and_the_smallest_change_that_helps() -> None:
    found = judged("ab", lead="a")
    told = outcomes(found)
    broken = {name for name, outcome in told.items() if outcome == "outcome-broken"}
    assert broken == {"rule-bodies-at-least", "rule-countries-at-least", "rule-partner-side-bodies-at-least"}
    (step,) = steps(found)
    assert step.cells["step"] == Note("add")
    partner_side = {"algeria", "egypt", "israel", "jordan", "lebanon", "palestine", "tunisia", "turkiye"}
    assert step.cells["countries"] == tuple(thing(f"place/{name}") for name in sorted(partner_side))
    # Both met the members in project Q.
    assert step.cells["candidates"] == (thing("actor/c"), thing("actor/d"))
    assert ox.Triple(thing("actor/c"), thing("mk:country"), thing("place/tunisia")) in step.evidence


def test_who_cannot_stay_goes_and_a_lead_that_goes_is_replaced() -> None:
    found = judged("abce", lead="e")
    assert [row.cells["step"] for row in steps(found)] == [
        Note("remove", {"body": thing("actor/e")}),
        Note("lead", {"body": thing("actor/a")}),
    ]
    (strange,) = [row for row in found.table("rules").rows if row.cells["rule"] == Note("rule-countries-within")]
    assert strange.cells["bodies"] == (thing("actor/e"),)
    assert found.table("verdict").rows[0].cells["changes"] == 2


def test_a_body_without_country_leaves_it_open() -> None:
    found = judged("abcf", lead="a")
    assert found.table("verdict").rows[0].cells["verdict"] == Note("verdict-open")
    assert outcomes(found)["rule-countries-within"] == "outcome-open"
    assert Note("missing-facts", {"bodies": (thing("actor/f"),)}) in found.notes
    assert not found.enough


def test_money_above_the_ceiling_is_told_with_what_may_be_asked_for() -> None:
    found = judged("abc", lead="a", total="1000.55", contribution="1000", on="2024-01-01")
    told = outcomes(found)
    assert (told["rule-eu-rate-at-most"], told["rule-contribution-at-least"]) == ("outcome-broken", "outcome-broken")
    # 89 % of 1000.55 is 890.4895.
    assert [str(row.cells["step"]) for row in steps(found)] == [
        "Note(id='ask-at-most', values={'amount': Decimal('890.48')})",
        "Note(id='ask-at-least', values={'amount': Decimal('500000')})",
    ]


def test_a_call_that_has_closed_says_so() -> None:
    late = judged("abc", lead="a", on="2024-03-29")
    assert Note("closed", {"date": ox.Literal("2024-03-28")}) in late.notes
    assert late.table("verdict").rows[0].cells["verdict"] == Note("verdict-broken")
    assert steps(late) == []
    assert Note("closes", {"date": ox.Literal("2024-03-28")}) in judged("abc", lead="a").notes


def test_a_programme_without_rules_on_the_partnership_is_not_judged_for_good() -> None:
    known = judged("ab", "id:programme/interreg-balkan-med-2014-2020", lead="b")
    assert not known.enough
    assert Note("no-partnership-rules") in known.notes
    silent = judged("ab", "id:programme/horizon-2020", lead="b")
    assert (silent.enough, silent.notes[0]) == (False, Note("no-rules"))
    assert set(outcomes(silent).values()) == {"no-rule"}


def test_the_legal_status_of_a_lead_is_not_guessed() -> None:
    assert outcomes(judged("abc", EURO_MED, lead="a"))["rule-lead-public"] == "outcome-open"


def test_the_order_of_the_members_changes_nothing_but_their_order() -> None:
    one, other = judged("abce", lead="b"), judged("ecba", lead="b")
    assert one.tables == other.tables


def test_every_rule_names_its_source_and_every_statement_is_in_the_graph() -> None:
    statements = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in [*quads(), *bodies()]}
    for owner in OWNERS:
        found = judged("abce", f"id:programme/{owner}", lead="a")
        for row in (row for given in found.tables for row in given.rows):
            assert set(row.evidence) <= statements
        for row in found.table("rules").rows:
            assert bool(row.cells["sources"]) is (row.cells["outcome"] != Note("no-rule"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"members": ""}, "members: a value is required"),
        ({"members": " , "}, "members: nothing is named"),
        ({"members": "id:actor/a id:actor/a"}, "id/actor/a is named twice.*Name each thing once"),
        ({"members": "id:actor/nobody"}, "members: nothing is known of .*nobody"),
        ({"members": "id:project/p"}, "members: .*project/p is no organisation"),
        ({"programme": "id:programme/none"}, "programme: nothing is known of"),
        ({"programme": "id:actor/a"}, "programme: .*actor/a is no programme or call"),
        ({"lead": "id:actor/b"}, "lead: .*actor/b is not one of the members.*members, too"),
        ({"total": "0"}, "total: 0 is not above zero"),
        ({"total": "5", "contribution": "6"}, "contribution: the contribution 6 is above the total 5"),
        ({"contribution": "-6"}, "contribution: -6 is not above zero"),
        ({"on": "soon"}, "on: 'soon' is not of type date"),
    ],
)
def test_what_is_asked_wrongly_is_refused(given: dict[str, str], told: str) -> None:
    asked = registry([*quads(), *bodies()])
    with pytest.raises(BadParameter, match=told):
        analyse(asked, "eligibility", {"programme": CALL, "members": "id:actor/a", **given})


def test_the_shapes_say_what_the_tables_say() -> None:
    slugs = {row["code"]: row["slug"] for row in table("places/countries.csv")}
    eligible: dict[str, set[str]] = {}
    for row in table("sources/programmes/programmes.csv"):
        countries = {f"{BASE}id/place/{slugs[code]}" for code in row["countries"].split(";") if code}
        eligible.setdefault(row["programme"], set()).update(countries)
    ceilings = {row["programme"]: row["ceiling"] for row in table("sources/programmes/ceilings.csv")}
    for owner in OWNERS:
        graph = shapes_of(owner)
        own = URIRef(f"{BASE}shape/eligibility/{owner}/")
        for held in graph.objects(own + "eligible-country", SH["in"]):
            assert {str(country) for country in graph.items(held)} == eligible[owner]
        assert (own + "eligible-country", None, None) in graph or owner in PROGRAMME_OF
        found = graph.value(own + "eu-rate-at-most", SH.maxInclusive)
        assert (None if found is None else str(found)) == ceilings.get(owner)
    assert set(ceilings) <= set(OWNERS)


def test_every_source_of_a_rule_is_in_the_list_of_sources_and_says_so() -> None:
    graph = shapes_of(*OWNERS)
    cited = {str(source).rpartition("/")[2] for source in graph.objects(None, DCTERMS.source)}
    assert cited == {row["key"] for row in table("sources.csv") if "eligibility" in row["used_for"].split(";")}


def test_every_kind_of_rule_has_its_sentence_and_can_be_judged() -> None:
    kinds = {str(group).rpartition("/")[2] for group in shapes_of("groups").subjects()}
    told = {re.sub("^rule-", "", name) for name in definitions()["eligibility"].notes if name.startswith("rule-")}
    assert kinds == told
    assert all(map(known_kind, kinds))
