"""Before and after a change of bodies: what changes, what does not, and what cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from medkg.analysis.document import evidence_of, origins
from medkg.analysis.report import Note, Report
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import RDF
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from tests.analysis.eligible import quads
from tests.analysis.small_registry import HELICES, NAMED, PROJECT, SOURCE, judged, partner, registry, said, thing

CALL = "id:programme/eni-cbc-med-2014-2020-standard-call-2017"
Facts = list[tuple[str, ...]]
BODIES = st.lists(st.lists(st.sampled_from(HELICES), unique=True, max_size=2).map(tuple), min_size=1, max_size=6)


def typed(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(f"{RDF}type"), thing(f"mk:{kind}"), SOURCE)


def project(bodies: Facts) -> list[ox.Quad]:
    """Give a project with partners a0, a1, …, and the body z apart from it."""
    partners = (partner(f"actor/a{number}", *helices) for number, helices in enumerate(bodies))
    return [*chain.from_iterable(partners), *partner("actor/z", "government", of="project/q")]


def what_if(statements: list[ox.Quad], of: str = PROJECT.value, **given: str) -> Report:
    return judged("what-if", statements, of=of, **given)


def cells(report: Report, table: str, column: str) -> dict[str, Mapping[str, object]]:
    """Give the rows of a table by what stands in a column: the id of a sentence, or the last part of an IRI."""
    found: dict[str, Mapping[str, object]] = {}
    for row in report.table(table).rows:
        value = row.cells[column]
        assert isinstance(value, Note | ox.NamedNode)
        found[value.id if isinstance(value, Note) else value.value.rpartition("/")[2]] = row.cells
    return found


def measures(report: Report) -> dict[str, tuple[object, object, object]]:
    told = cells(report, "measures", "measure")
    return {name.removeprefix("measure-"): (row["before"], row["after"], row["change"]) for name, row in told.items()}


def test_before_after_and_the_change_are_shown() -> None:
    found = what_if(project([("academia",), ("academia",), ()]), add="id:actor/z", remove="id:actor/a1")
    told = measures(found)
    assert told["bodies"] == (3, 3, 0)
    assert told["known"] == (2, 2, 0)
    assert told["coverage"] == (Decimal("0.250"), Decimal("0.500"), Decimal("0.250"))
    assert told["evenness"] == (Decimal("0.000"), Decimal("0.500"), Decimal("0.500"))
    rows = cells(found, "helices", "helix")
    assert rows["government"]["coming"] == (thing("actor/z"),)
    assert rows["academia"]["going"] == (thing("actor/a1"),)
    assert rows["unknown-helix"]["change"] == 0
    assert found.notes == (Note("no-programme"), Note("not-stored"))


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(bodies=BODIES)
def test_another_body_never_lowers_coverage_and_taking_it_away_again_gives_what_was(bodies: Facts) -> None:
    forth = measures(what_if(project(bodies), add="id:actor/z"))
    before, after, change = forth["coverage"]
    assert isinstance(before, Decimal)
    assert isinstance(after, Decimal)
    assert before <= after
    assert change == after - before
    back = measures(what_if([*project(bodies), said("project/p", "hasPartner", "actor/z")], remove="id:actor/z"))
    assert {name: (was, would) for name, (was, would, _) in back.items()} == {
        name: (would, was) for name, (was, would, _) in forth.items()
    }


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(bodies=BODIES, order=st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(bodies: Facts, order: object) -> None:
    statements = project(bodies)
    names = [f"id:actor/a{number}" for number in range(len(bodies))] + ["id:actor/z"]
    shuffled = names[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    asked = registry([*statements, *partner("actor/y", "business", of="project/q")])
    one, other = (
        analyse(asked, "what-if", {"of": " ".join(named), "add": "id:actor/y"}) for named in (names, shuffled)
    )
    assert one == other


def test_the_data_stay_as_they_are() -> None:
    asked = registry(project([("academia",), ("business",)]))
    first = analyse(asked, "what-if", {"of": PROJECT.value})
    analyse(asked, "what-if", {"of": PROJECT.value, "remove": "id:actor/a0", "add": "id:actor/z"})
    assert analyse(asked, "what-if", {"of": PROJECT.value}) == first
    assert Note("nothing") in first.notes


def test_rules_are_judged_before_and_after_and_the_lead_stays_while_it_is_there() -> None:
    lead = [
        said("participation/l", "participationIn", "project/p"),
        said("participation/l", "participant", "actor/a0"),
        said("participation/l", "participantRole", thing("mks:role/lead")),
    ]
    at = {"a0": "italy", "a1": "greece", "a2": "tunisia", "z": "jordan"}
    places = [said(f"actor/{name}", "country", f"place/{place}") for name, place in at.items()]
    known = [*quads(), *project([("academia",)] * 3), *lead, *places]
    same = what_if(known, programme=CALL, add="id:actor/z", remove="id:actor/a2")
    for row in same.table("rules").rows[1:]:
        assert (row.cells["before"], row.cells["after"]) == (Note("outcome-kept"), Note("outcome-kept"))
    assert same.table("rules").rows[0].cells["after"] == Note("verdict-kept")
    worse = cells(what_if(known, programme=CALL, remove="id:actor/a0"), "rules", "rule")
    assert worse["rule-lead-named"]["after"] == Note("outcome-broken")
    assert worse["rule-countries-at-least"]["after"] == Note("outcome-broken")
    assert worse["rule-eu-bodies-at-least"]["after"] == Note("outcome-kept")
    led = what_if(known, programme=CALL, remove="id:actor/a0", add="id:actor/z", lead="id:actor/z")
    assert led.table("rules").rows[0].cells["after"] == Note("verdict-kept")


def test_a_project_is_judged_by_its_own_programme() -> None:
    own = said("project/p", "underProgramme", "programme/eni-cbc-med-2014-2020")
    found = what_if([*quads(), *project([("academia",)]), own])
    assert found.table("rules").rows
    assert Note("no-programme") not in found.notes


def test_the_bodies_of_a_meta_cluster_are_the_members_of_its_clusters_and_its_score_changes() -> None:
    def cluster(name: str, place: str, *helices: str) -> list[ox.Quad]:
        return [
            *partner(f"structure/{name}", of="project/q"),
            typed(f"structure/{name}", "Cluster"),
            said(f"structure/{name}", "country", f"place/{place}"),
            said(f"structure/{name}", "worksOnValueChain", "value-chain/v"),
            *partner(f"actor/{name}", *helices, of="project/q"),
            said(f"structure/{name}", "hasMember", f"actor/{name}"),
        ]

    parts = [said("structure/m", "hasMemberCluster", f"structure/{name}") for name in "cd"]
    known = [typed("structure/m", "MetaCluster"), *parts, *cluster("c", "italy", "academia")]
    known += [*cluster("d", "tunisia", "business"), *cluster("e", "egypt", "government")]
    found = what_if(known, "id:structure/m", add="id:structure/e")
    assert measures(found)["coverage"] == (Decimal("0.500"), Decimal("0.750"), Decimal("0.250"))
    terms = cells(found, "terms", "term")
    # Two of three countries with clusters, then all three: 4 points at most.
    assert (terms["term-reach"]["before"], terms["term-reach"]["after"]) == (Decimal("2.667"), Decimal("4.000"))
    # Academia and business are two of four helices, government is a third: 2 points at most.
    assert (terms["term-helix"]["before"], terms["term-helix"]["after"]) == (Decimal("1.000"), Decimal("1.500"))
    assert {terms["term-steps"][name] for name in ("before", "after", "change")} == {None}
    alone = cells(what_if(known, "id:structure/m", remove="id:structure/c"), "terms", "term")
    assert alone["term-score"]["after"] == 0
    assert alone["term-steps"]["after"] is None
    staged = [said("value-chain/v", "hasStage", f"stage/{name}") for name in "xy"]
    worked = [said("structure/d", "worksOnStage", "stage/x"), said("structure/e", "worksOnStage", "stage/y")]
    for change, after in (({"add": "id:structure/e"}, "2.000"), ({"remove": "id:structure/c"}, "0.000")):
        steps = cells(what_if([*known, *staged, *worked], "id:structure/m", **change), "terms", "term")["term-steps"]
        assert (steps["before"], steps["after"]) == (Decimal("1.000"), Decimal(after))


def test_a_partner_takes_its_stated_budget_along() -> None:
    def budget(name: str, body: str, amount: str) -> list[ox.Quad]:
        figure, part = f"figure/{name}", f"participation/{name}"
        preferred = ox.NamedNode("https://w3id.org/medkg/graph/preferred")
        return [
            said(part, "participationIn", "project/p"),
            said(part, "participant", body),
            ox.Quad(thing(part), thing("mk:hasBudgetFigure"), thing(figure), preferred),
            said(figure, "figureType", thing("mks:figure-type/partner-budget")),
            said(figure, "currency", thing("mks:currency/eur")),
            ox.Quad(thing(figure), thing("mk:amountExact"), ox.Literal(amount, datatype=thing("xsd:decimal")), SOURCE),
        ]

    known = [
        *project([("academia",), ("business",)]),
        *budget("f", "actor/a0", "100.10"),
        *budget("g", "actor/a1", "50"),
    ]
    found = what_if(known, remove="id:actor/a0", add="id:actor/z")
    (row,) = found.table("money").rows
    assert [getattr(row.cells[name], "low", None) for name in ("before", "after", "going")] == [
        Decimal("150.10"),
        Decimal("50"),
        Decimal("100.10"),
    ]
    assert Note("no-budget", {"bodies": (thing("actor/z"),)}) in found.notes


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"add": "id:actor/a0"}, "add: .*actor/a0 takes part already.*Leave it out"),
        ({"remove": "id:actor/z"}, "remove: .*actor/z takes no part.*There are: .*actor/a0"),
        ({"add": "id:actor/z", "remove": "id:actor/z"}, "add: .*actor/z is added and removed"),
        ({"add": "id:actor/nobody"}, "add: nothing is known of"),
        ({"add": "id:project/q"}, "add: nothing is known of|is no organisation"),
        ({"add": "id:actor/z id:actor/z"}, "add: .*actor/z is named twice"),
        ({"lead": "id:actor/z"}, "lead: .*actor/z would not be among the bodies"),
        ({"of": "id:project/none"}, "of: nothing is known of"),
        ({"of": "id:actor/a0 id:actor/nobody"}, "of: nothing is known of"),
        ({"programme": "id:actor/a0"}, "programme: .* is no programme or call"),
    ],
)
def test_what_cannot_be_changed_is_refused(given: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        judged("what-if", project([("academia",)]), **{"of": PROJECT.value, **given})


def test_a_project_without_known_partners_says_so() -> None:
    with pytest.raises(BadParameter, match=r"of: no source names a partner of .*project/p"):
        what_if([])


def test_the_shipped_registry_changes_as_worked_out_by_hand(shipped_home: Path) -> None:
    # docs/analyses/what-if.md
    asked = NamedQueries(Reader(shipped_home), NAMED)
    given = {
        "of": "id:project/innomed-up",
        "add": "id:actor/centre-for-renewable-energy-sources-and-saving",
        "remove": "id:actor/municipality-of-prato id:actor/municipality-of-tunis",
        "programme": CALL,
    }
    found = analyse(asked, "what-if", given)
    told = measures(found)
    assert told["coverage"] == (Decimal("1.000"), Decimal("0.750"), Decimal("-0.250"))
    assert told["evenness"][:2] == (Decimal("0.921"), Decimal("0.685"))
    assert told["countries"] == (5, 4, -1)
    assert {row["after"] for row in cells(found, "countries", "country").values()} == {3, 1, 0}
    assert found.table("rules").rows[0].cells["after"] == Note("verdict-kept")
    where_from = origins(evidence_of(found), asked)
    facts = [item for item in evidence_of(found) if "/shape/" not in str(item.subject)]
    assert facts
    assert all(where_from[item] for item in facts)
