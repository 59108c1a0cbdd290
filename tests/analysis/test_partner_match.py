"""Matches: conditions exclude, terms give points, what is not known is neither, and weights change the order."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.partner_match import NAMED as MOST_NAMED
from medkg.analysis.partner_match import usual_weights
from medkg.analysis.partner_scoring import TERMS, Part, Scored, ranked, ranks
from medkg.analysis.report import Note, Report, Row
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from tests.analysis.small_registry import NAMED, SOURCE, helix, judged, said, thing
from tests.analysis.small_searches import (
    PROJECT,
    SEARCH,
    body,
    concept,
    kind,
    known,
    narrower,
    search,
    took_part,
    typed,
)

UNKNOWN = Note("unknown")
ON = "2026-03-15"


def match(quads: list[ox.Quad], **asked: str) -> Report:
    """Give the match for the search; ``weight_need`` stands for the parameter ``weight-need``."""
    wanted = {name.replace("_", "-"): value for name, value in asked.items()}
    wanted = wanted if {"search", "project", "type"} & wanted.keys() else {"search": f"id:{SEARCH}", **wanted}
    return judged("partner-match", [*search("open"), *quads], on=ON, **wanted)


def candidate(found: Report, name: str) -> Row:
    return next(row for row in found.table("candidates").rows if row.cells["body"] == thing(f"actor/{name}"))


def excluded(found: Report) -> dict[str, str]:
    return {
        row.cells["body"].value.rpartition("/")[2]: row.cells["condition"].id.removeprefix("condition-")  # type: ignore[union-attr]
        for row in found.table("excluded").rows
    }


def wants(prop: str, *values: ox.NamedNode) -> list[ox.Quad]:
    return [said(SEARCH, prop, value) for value in values]


UNIVERSITY = wants("seeksOrganisationType", kind("university"))


def test_a_kind_sought_gives_points_with_the_statements_of_both_sides() -> None:
    found = match([*UNIVERSITY, *body("u", "university"), *body("c", "company"), *body("x")])
    one = candidate(found, "u")
    assert (one.cells["need"], one.cells["score"]) == (Decimal(5), Decimal(5))
    assert one.evidence == (
        said("actor/u", "organisationType", kind("university")).triple,
        said(SEARCH, "seeksOrganisationType", kind("university")).triple,
    )
    assert candidate(found, "c").cells["need"] == 0
    assert candidate(found, "x").cells["need"] == UNKNOWN
    assert [row.cells["most"] for row in found.table("candidates").rows] == [5, 0, 5]
    (points,) = found.table("points").rows
    assert (points.cells["term"], points.cells["value"], points.cells["points"]) == (Note("term-need"), 1, 5)
    assert points.evidence == one.evidence


def test_what_is_narrower_than_the_kind_sought_is_it_and_what_is_broader_may_be_it() -> None:
    tree = narrower(kind("faculty"), kind("university")) + narrower(kind("university"), kind("knowledge-entity"))
    found = match([*tree, *UNIVERSITY, *body("f", "faculty"), *body("k", "knowledge-entity")])
    assert candidate(found, "f").cells["need"] == 5
    assert candidate(found, "k").cells["need"] == UNKNOWN


def test_a_circle_of_broader_concepts_is_survived() -> None:
    circle = narrower(kind("a"), kind("b")) + narrower(kind("b"), kind("a"))
    assert (
        candidate(match([*circle, *wants("seeksOrganisationType", kind("a")), *body("x", "b")]), "x").cells["need"] == 5
    )


def test_a_cluster_is_a_candidate_of_the_kind_cluster_organisation() -> None:
    cluster = typed("structure/s", "Actor", "Cluster")
    found = match([*wants("seeksOrganisationType", kind("business-cluster")), *cluster])
    (one,) = found.table("candidates").rows
    assert (one.cells["body"], one.cells["need"]) == (thing("structure/s"), 5)
    assert cluster[1].triple in one.evidence


def test_countries_wished_for_are_half_of_the_need_beside_kinds() -> None:
    quads = [*UNIVERSITY, *wants("seeksCountry", thing("place/tn")), *body("u", "university", country="place/it")]
    found = match([*quads, *body("v", "university", country="place/tn"), *body("w", "university")])
    assert [candidate(found, name).cells["need"] for name in "uvw"] == [Decimal("2.5"), 5, Decimal("2.5")]
    assert [candidate(found, name).cells["most"] for name in "uvw"] == [Decimal("2.5"), 5, 5]


def test_eligibility_needs_a_country_of_the_programme_and_excludes_those_of_others() -> None:
    programme = [said(PROJECT, "underProgramme", "programme/e"), said("programme/e", "eligibleCountry", "place/it")]
    quads = [*programme, *body("i", country="place/it"), *body("f", country="place/fr"), *body("x")]
    found = match(quads)
    assert candidate(found, "i").cells["eligibility"] == 3
    assert candidate(found, "i").evidence == (
        said("actor/i", "country", "place/it").triple,
        *(quad.triple for quad in programme),
    )
    assert candidate(found, "x").cells["eligibility"] == UNKNOWN
    assert excluded(found) == {"f": "eligible-country"}
    two_sites = [*quads, said("actor/f", "country", "place/it")]
    assert excluded(match(two_sites)) == {}


def test_a_programme_whose_countries_no_source_lists_excludes_nobody() -> None:
    half = [said("programme/e", "eligibleCountry", "place/it"), said(PROJECT, "underProgramme", "programme/e")]
    found = match([*half, said(PROJECT, "underProgramme", "programme/d"), *body("f", country="place/fr")])
    assert excluded(found) == {}
    assert candidate(found, "f").cells["eligibility"] is None
    judged_row = next(row for row in found.table("terms").rows if row.cells["term"] == Note("term-eligibility"))
    assert judged_row.cells["judged"] == Note("silent-eligibility")


def test_value_chains_and_capabilities_count_by_the_part_that_is_met_itself_or_by_a_project() -> None:
    agri, textile = concept("value-chain", "agri-food"), concept("value-chain", "textile")
    green = concept("theme", "circular-economy")
    wish = [*wants("seeksValueChain", agri, textile), *wants("seeksCapability", green)]
    by_project = [*took_part("q", "p"), said("project/q", "targetsValueChain", textile)]
    found = match([*wish, *by_project, said("project/q", "hasTheme", green), *body("p"), *body("x")])
    one = candidate(found, "p")
    assert (one.cells["value-chain"], one.cells["capability"], one.cells["score"]) == (2, 3, 5)
    assert said("project/q", "hasPartner", "actor/p").triple in one.evidence
    assert said("project/q", "targetsValueChain", textile).triple in one.evidence
    assert candidate(found, "x").cells["value-chain"] == UNKNOWN
    itself = body("o", worksOnValueChain=agri)
    assert candidate(match([*wish, *itself]), "o").cells["value-chain"] == 2


def consortium() -> list[ox.Quad]:
    """Give the project two partners, both academic, one in Italy; one of them worked with C before."""
    partners = [*body("a", inHelix=helix("academia"), country="place/it"), *body("b", inHelix=helix("academia"))]
    links = [said(PROJECT, "hasPartner", "actor/a"), said(PROJECT, "hasPartner", "actor/b")]
    return [*partners, *links, said(PROJECT, "involvesCountry", "place/it"), *took_part("old", "a", "c")]


def test_a_helix_that_lacks_a_new_country_and_an_earlier_project_count() -> None:
    outside = [
        *body("c", inHelix=helix("business"), country="place/tn"),
        *body("d", inHelix=helix("academia"), country="place/it"),
        *body("x"),
    ]
    found = match([*consortium(), *outside])
    told = [[candidate(found, name).cells[term] for term in ("helix", "country", "cooperation")] for name in "cdx"]
    assert told == [[3, 2, 1], [0, 0, UNKNOWN], [UNKNOWN, UNKNOWN, UNKNOWN]]
    assert set(candidate(found, "c").evidence) == {
        said("actor/c", "inHelix", helix("business")).triple,
        said("actor/c", "country", "place/tn").triple,
        said("project/old", "hasPartner", "actor/c").triple,
        said("project/old", "hasPartner", "actor/a").triple,
    }
    assert excluded(found) == {"a": "partner", "b": "partner"}


def test_a_known_project_without_the_consortium_is_no_co_operation_rather_than_unknown() -> None:
    found = match([*consortium(), *body("c"), *body("d"), *took_part("other", "d")])
    assert candidate(found, "d").cells["cooperation"] == 0


def test_conditions_exclude_each_with_its_reason() -> None:
    quads = [
        *wants("requiresOrganisationType", kind("university")),
        *wants("seeksLegalStatus", concept("legal-status", "public")),
        *wants("requiresCountry", thing("place/tn")),
        *wants("contactOrganisation", thing("actor/contact")),
        *body("contact", "university"),
        *body("company", "company"),
        *body("private", "university", legalStatus=concept("legal-status", "private")),
        *body("french", "university", country="place/fr"),
        *typed("structure/planned", "Actor", "Cluster"),
        said("structure/planned", "structureStatus", concept("structure-status", "planned")),
        *body("right", "university", legalStatus=concept("legal-status", "public"), country="place/tn"),
        *body("unsaid"),
    ]
    found = match(quads)
    # The planned structure is no university either; the condition that is looked at last stands here.
    assert excluded(found) == {
        "contact": "searcher",
        "company": "kind",
        "private": "legal-status",
        "french": "required-country",
        "planned": "kind",
    }
    counts = {row.cells["condition"].id: row.cells["bodies"] for row in found.table("conditions").rows}  # type: ignore[union-attr]
    assert counts == {
        "condition-searcher": 1,
        "condition-absent": 1,
        "condition-kind": 2,
        "condition-legal-status": 1,
        "condition-required-country": 1,
    }
    assert all(row.evidence for row in found.table("excluded").rows)
    assert [row.cells["body"] for row in found.table("candidates").rows] == [
        thing("actor/right"),
        thing("actor/unsaid"),
    ]
    assert found.notes[0] == Note("counted", {"left": 2, "all": 7, "out": 5})


def test_a_need_by_hand_takes_the_place_of_what_the_search_says() -> None:
    quads = [*wants("requiresOrganisationType", kind("company")), *known(kind("university")), *body("u", "university")]
    assert excluded(match(quads)) == {"u": "kind"}
    by_hand = match(quads, search=f"id:{SEARCH}", type="university")
    assert candidate(by_hand, "u").cells["need"] == 5
    assert candidate(match(quads, type="university"), "u").cells["need"] == 5


def test_a_project_can_be_asked_for_without_any_search() -> None:
    found = match([*consortium(), *body("c", inHelix=helix("business"))], project=f"id:{PROJECT}")
    assert candidate(found, "c").cells["helix"] == 3
    assert found.table("wanted").rows[0].cells["what"] == Note("wish-gap")


def test_nothing_asked_is_answered_by_what_to_ask() -> None:
    found = judged("partner-match", [*search("open"), *body("a")], on=ON)
    assert (found.notes, found.enough) == ((Note("nothing-asked"),), False)
    assert all(table.rows == () for table in found.tables)


def test_a_body_that_stands_for_several_is_no_candidate() -> None:
    several = ox.Quad(thing("structure/s"), thing("mk:standsForSeveral"), ox.Literal(True), SOURCE)
    assert excluded(match([*typed("structure/s", "Actor", "Cluster"), several])) == {"s": "several"}


def test_too_few_terms_that_can_be_judged_are_not_enough() -> None:
    quads = [*UNIVERSITY, *body("u", "university")]
    assert Note("thin") in match(quads).notes
    heavy = match(quads, weight_need="17")
    assert (heavy.enough, heavy.notes) == (True, (Note("counted", {"left": 1, "all": 1, "out": 0}),))
    assert match([]).notes[-1] == Note("no-candidate")


@pytest.mark.parametrize(("status", "expires", "told"), [("open", "2020", "not-open"), ("filled", "", "not-open")])
def test_a_search_that_is_not_open_is_said_so(status: str, expires: str, told: str) -> None:
    quads = [*search(status, expires), *UNIVERSITY, *body("u", "university")]
    found = judged("partner-match", quads, on=ON, search=f"id:{SEARCH}")
    assert (found.notes[0].id, found.notes[0].values["on"]) == (told, ox.Literal(ON))
    assert len(found.table("candidates").rows) == 1


def test_a_search_of_unknown_state_is_said_so() -> None:
    found = judged("partner-match", [*search(), *body("u")], on=ON, search=f"id:{SEARCH}")
    assert found.notes[0] == Note("state-unknown", {"search": thing(SEARCH), "on": ox.Literal(ON)})


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"search": "id:search/none"}, "search: nothing is known of"),
        ({"search": f"id:{PROJECT}"}, "search: .*project/p is no partner search"),
        ({"project": f"id:{SEARCH}"}, "project: .*search/s is no project"),
        ({"search": f"id:{SEARCH}", "project": "id:project/q"}, "is a search of another project"),
        ({"type": "agri"}, "type: nothing is known of"),
        ({"type": "mks:theme/t"}, "type: .*theme/t is no organisation-type"),
        ({"capability": "mks:organisation-type/company"}, "is no theme or sector"),
        ({"country": f"id:{PROJECT}"}, "is no country"),
        ({"programme": f"id:{PROJECT}"}, "is no programme"),
        ({"weight-need": "-1"}, "weight-need: -1 is no weight.*from 0 to 1000"),
        ({"weight-helix": "1001"}, "weight-helix: 1001 is no weight"),
        ({"weight-need": "heavy"}, "'heavy' is not of type integer"),
        ({"weight-need": "1.5"}, "'1.5' is not of type integer"),
        ({f"weight-{term}": "0" for term in TERMS}, "weight-need: all weights are zero"),
        ({"on": "tomorrow"}, "is not of type date"),
    ],
)
def test_what_is_asked_wrongly_is_refused(asked: dict[str, str], told: str) -> None:
    quads = [*search("open"), *typed("project/q", "Project"), *known(concept("theme", "t"), kind("company"))]
    with pytest.raises(BadParameter, match=told):
        judged("partner-match", quads, **asked)


def test_what_is_not_named_is_counted() -> None:
    many = [quad for number in range(MOST_NAMED + 3) for quad in body(f"u{number:02}", "university")]
    out = [quad for number in range(MOST_NAMED + 2) for quad in body(f"c{number:02}", country="place/fr")]
    wish = [*UNIVERSITY, *wants("requiresCountry", thing("place/tn"))]
    found = match([*wish, *many, *out], weight_need="17")
    assert len(found.table("candidates").rows) == len(found.table("excluded").rows) == MOST_NAMED
    assert found.notes[1:] == (
        Note("rest", {"rest": 3, "points": Decimal("8.5")}),
        Note("excluded-rest", {"rest": 2}),
    )


FACTS = st.fixed_dictionaries(
    {
        "kinds": st.sets(st.sampled_from(["university", "company", "knowledge-entity"])).map(sorted),
        "countries": st.sets(st.sampled_from(["it", "tn", "fr"]), max_size=2).map(sorted),
        "helices": st.sets(st.sampled_from(["academia", "business"])).map(sorted),
        "chains": st.sets(st.sampled_from(["v1", "v2", "v3"])).map(sorted),
        "topics": st.sets(st.sampled_from(["t1", "t2"])).map(sorted),
        "projects": st.sets(st.sampled_from(["old", "q"])).map(sorted),
    }
)
REGISTRIES = st.lists(FACTS, min_size=1, max_size=8)
WEIGHTS = st.fixed_dictionaries({term: st.integers(0, 9) for term in TERMS}).filter(lambda found: any(found.values()))


def made(wishes: list[dict[str, list[str]]]) -> list[ox.Quad]:
    """Give a search that wants everything, a consortium, and bodies of which something is known."""
    need = [
        *UNIVERSITY,
        *narrower(kind("university"), kind("knowledge-entity")),
        *wants("seeksCountry", thing("place/tn")),
        *wants("seeksValueChain", concept("value-chain", "v1"), concept("value-chain", "v2")),
        *wants("seeksCapability", concept("theme", "t1")),
        said(PROJECT, "underProgramme", "programme/e"),
        *(said("programme/e", "eligibleCountry", f"place/{name}") for name in ("it", "tn")),
        *consortium(),
        *typed("project/q", "Project"),
    ]
    return [*need, *(quad for number, one in enumerate(wishes) for quad in described(f"m{number}", one))]


def described(name: str, one: dict[str, list[str]]) -> list[ox.Quad]:
    own = f"actor/{name}"
    return [
        *body(name, *one["kinds"]),
        *(said(own, "country", f"place/{item}") for item in one["countries"]),
        *(said(own, "inHelix", helix(item)) for item in one["helices"]),
        *(said(own, "worksOnValueChain", concept("value-chain", item)) for item in one["chains"]),
        *(said(own, "hasTheme", concept("theme", item)) for item in one["topics"]),
        *(said(f"project/{item}", "hasPartner", own) for item in one["projects"]),
    ]


def weighted(quads: list[ox.Quad], weights: dict[str, int]) -> Report:
    return match(quads, **{f"weight_{term}": str(weight) for term, weight in weights.items()})


@settings(max_examples=40, deadline=None)
@given(wishes=REGISTRIES, weights=WEIGHTS)
def test_the_terms_sum_to_the_score_and_their_statements_are_stated(
    wishes: list[dict[str, list[str]]], weights: dict[str, int]
) -> None:
    quads = made(wishes)
    stated = {quad.triple for quad in [*quads, *search("open")]}
    found = weighted(quads, weights)
    for row in found.table("candidates").rows:
        points = [value for term in TERMS if isinstance(value := row.cells[term], Decimal)]
        assert sum(points) == row.cells["score"] <= row.cells["most"] <= sum(weights.values())  # type: ignore[operator]
        assert set(row.evidence) <= stated
        own = [item for item in found.table("points").rows if item.cells["body"] == row.cells["body"]]
        assert sum(item.cells["points"] for item in own) == row.cells["score"]  # type: ignore[misc]
        assert {statement for item in own for statement in item.evidence} == set(row.evidence)


@settings(max_examples=30, deadline=None)
@given(wishes=REGISTRIES, weights=WEIGHTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(
    wishes: list[dict[str, list[str]]], weights: dict[str, int], order: Random
) -> None:
    quads = made(wishes)
    shuffled = quads[:]
    order.shuffle(shuffled)
    assert weighted(quads, weights) == weighted(shuffled, weights)


VALUES = st.integers(0, 1000).map(lambda number: Decimal(number).scaleb(-3))
SCORED = st.lists(st.fixed_dictionaries(dict.fromkeys(TERMS, VALUES)), min_size=1, max_size=12).map(
    lambda found: [
        Scored(thing(f"actor/{number}"), {term: Part(value, value) for term, value in one.items()})
        for number, one in enumerate(found)
    ]
)


@given(candidates=SCORED, weights=WEIGHTS, term=st.sampled_from(TERMS), more=st.integers(1, 50))
def test_more_weight_on_a_term_never_lowers_the_one_who_has_most_of_it(
    candidates: list[Scored], weights: dict[str, int], term: str, more: int
) -> None:
    heavier = {**weights, term: weights[term] + more}
    before, after = ranked(candidates, weights), ranked(candidates, heavier)
    most = max(one.parts[term].low for one in candidates)  # type: ignore[union-attr]
    for one in candidates:
        if one.parts[term].low == most:  # type: ignore[union-attr]
            assert after.index(one) <= before.index(one)
            assert ranks(after, heavier)[one.iri] <= ranks(before, weights)[one.iri]


@given(candidates=SCORED, weights=WEIGHTS, scale=st.integers(2, 100))
def test_the_scale_of_the_weights_does_not_matter(
    candidates: list[Scored], weights: dict[str, int], scale: int
) -> None:
    scaled = {term: weight * scale for term, weight in weights.items()}
    now, then = ranked(candidates, weights), ranked(candidates, scaled)
    assert now == then
    assert ranks(now, weights) == ranks(then, scaled)
    assert all(one.score(scaled) == one.score(weights) * scale for one in candidates)


def test_equal_scores_share_a_rank_and_stand_in_the_order_of_their_iris() -> None:
    found = match([*UNIVERSITY, *body("b", "university"), *body("a", "university"), *body("c")])
    told = [(row.cells["rank"], row.cells["body"].value[-1]) for row in found.table("candidates").rows]  # type: ignore[union-attr]
    assert told == [(1, "a"), (1, "b"), (3, "c")]


def test_weights_change_the_order_and_the_usual_rank_shows_it() -> None:
    agri = concept("value-chain", "agri-food")
    quads = [*UNIVERSITY, *wants("seeksValueChain", agri), *body("u", "university"), *body("v", worksOnValueChain=agri)]
    order = [(row.cells["rank"], row.cells["usual"]) for row in match(quads).table("candidates").rows]
    changed = match(quads, weight_value_chain="9").table("candidates").rows
    assert (order, [row.cells["body"] for row in changed]) == ([(1, 1), (2, 2)], [thing("actor/v"), thing("actor/u")])
    assert [(row.cells["rank"], row.cells["usual"]) for row in changed] == [(1, 2), (2, 1)]


def test_the_usual_weights_are_those_of_the_definition() -> None:
    found = match([*UNIVERSITY, *body("u")])
    assert {row.cells["term"].id: row.cells["weight"] for row in found.table("terms").rows} == {  # type: ignore[union-attr]
        f"term-{term}": weight for term, weight in usual_weights().items()
    }


@pytest.fixture(scope="module")
def shipped(shipped_home: Path) -> NamedQueries:
    return NamedQueries(Reader(shipped_home), NAMED)


def test_the_match_of_med_mci_is_the_one_worked_by_hand(shipped: NamedQueries) -> None:
    found = analyse(shipped, "partner-match", {"search": "id:search/med-mci", "on": ON})
    assert found.enough
    silent = [row.cells["term"].id for row in found.table("terms").rows if row.cells["judged"] != Note("judged")]  # type: ignore[union-attr]
    # The source keeps the partners undisclosed and names no value chain.
    assert silent == ["term-value-chain", "term-helix", "term-country", "term-cooperation"]
    row = found.table("candidates").rows[0]
    assert (row.cells["need"], row.cells["eligibility"], row.cells["capability"]) == (5, 3, Decimal("1.5"))
    contact = "asociacion-espanola-internacionalizacion-electronica-informatica-telecomunicaciones"
    conditions = {row.cells["condition"].id: row.cells["bodies"] for row in found.table("conditions").rows}  # type: ignore[union-attr]
    assert conditions["condition-searcher"] == 1
    assert thing(f"actor/{contact}") not in {row.cells["body"] for row in found.table("candidates").rows}


def test_the_match_for_a_university_in_innomed_up_is_the_one_worked_by_hand(shipped: NamedQueries) -> None:
    asked = {"project": "id:project/innomed-up", "type": "university", "on": ON}
    first = analyse(shipped, "partner-match", asked).table("candidates").rows[0]
    assert (first.cells["body"], first.cells["rank"]) == (thing("actor/university-of-valencia"), 1)
    assert [first.cells[term] for term in TERMS] == [5, 3, 4, None, 2, Decimal("1.5"), Decimal("0.286")]
    assert first.cells["score"] == first.cells["most"] == Decimal("15.786")
    assert said("project/creativewear", "hasPartner", "actor/municipality-of-prato").triple in first.evidence
    heavier = analyse(shipped, "partner-match", {**asked, "weight-need": "0", "weight-capability": "20"})
    best = heavier.table("candidates").rows[0]
    assert (best.cells["rank"], best.cells["usual"], best.cells["capability"]) == (1, 5, 20)
