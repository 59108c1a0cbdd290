"""Sums of money hold the truth between their bounds; nothing is taken for zero, and no judgement says too much."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis.amounts import added
from medkg.analysis.money import GROUPINGS
from medkg.analysis.report import Note, Row
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF
from tests.analysis.small_money import PREFERRED, aimed, amount, figure, literal, money, project
from tests.analysis.small_registry import SOURCE, helix, partner, said, thing

#: A figure by number of its project, kind, and lower bound and width in cents.
Drawn = list[tuple[int, str, int, int]]
DRAWN = st.lists(
    st.tuples(
        st.integers(0, 5), st.sampled_from(["total", "eu-contribution"]), st.integers(1, 10**9), st.integers(0, 10**8)
    ),
    unique_by=lambda one: one[:2],
    max_size=10,
)


def groups(quads: list[ox.Quad], **asked: str) -> Mapping[object, Row]:
    """Give the rows of groups by what they are of; projects of nowhere under None."""
    rows = money(quads, **asked).table("groups").rows
    found: dict[object, Row] = {None if isinstance(key := row.cells["group"], Note) else key: row for row in rows}
    assert len(found) == len(rows)
    return found


def one(quads: list[ox.Quad], **asked: str) -> Row:
    return groups(quads, **asked)[thing("programme/x")]


def test_bounds_are_added_and_an_exact_figure_adds_to_both() -> None:
    rounded = figure("project/a", "total", low="950", high="1050", nominal="1000")
    exact = figure("project/b", "total", exact="200.25")
    row = one([*project("a", "x"), *project("b", "x"), *rounded, *exact])
    assert row.cells["total"] == amount("1150.25", "1250.25", "1200.25")


def test_a_project_without_a_figure_is_counted_and_is_in_no_sum() -> None:
    known = [*project("a", "x"), *figure("project/a", "total", exact="5")]
    before, after = one(known).cells, one([*known, *project("b", "x")]).cells
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"projects", "total-silent", "eu-silent"}
    assert (after["projects"], after["total-stated"], after["total-silent"]) == (2, 1, 1)


def test_what_nobody_states_is_blank_and_not_zero() -> None:
    found = money(project("a", "x"))
    assert not found.enough
    row = found.table("groups").rows[0]
    assert [row.cells[name] for name in ("total", "eu", "rate-low", "rate-high", "judgement")] == [None] * 5
    assert Note("no-total", {"silent": 2, "projects": 2}) in found.notes


def test_a_figure_without_an_upper_bound_leaves_the_sum_without_one() -> None:
    about = figure("project/a", "total", nominal="1900")
    row = one([*project("a", "x"), *project("b", "x"), *about, *figure("project/b", "total", exact="100")])
    assert row.cells["total"] == amount("100", None, "2000")
    between = [*project("c", "x"), *figure("project/c", "total", low="5", high="7")]
    assert one([*project("b", "x"), *figure("project/b", "total", exact="1"), *between]).cells["total"] == amount(
        "6", "8"
    )


def test_an_exact_figure_wins_over_a_rounded_one_and_a_narrow_one_over_a_wide_one() -> None:
    wide = figure("project/a", "total", low="900", high="1100", number=1)
    narrow = figure("project/a", "total", low="950", high="1050", number=2)
    exact = figure("project/a", "total", exact="1012", number=3)
    assert one([*project("a", "x"), *wide, *narrow]).cells["total"] == amount("950", "1050")
    row = one([*project("a", "x"), *wide, *narrow, *exact])
    assert row.cells["total"] == amount("1012", "1012", "1012")
    assert row.cells["total-stated"] == 1


@pytest.mark.parametrize("strange", ["-5", "many", "1E999999999", "NaN", "9" * 41])
def test_an_amount_that_is_no_plain_number_is_told_and_in_no_sum(strange: str) -> None:
    known = [*project("a", "x"), *figure("project/a", "total", exact=strange)]
    found = money([*known, *project("b", "x"), *figure("project/b", "total", exact="3")])
    (row,) = (row for row in found.table("groups").rows if row.cells["group"] == thing("programme/x"))
    assert (row.cells["total"], row.cells["total-silent"]) == (amount("3", "3", "3"), 1)
    assert Note("unread", {"projects": (thing("project/a"),)}) in found.notes


def test_currencies_stand_in_rows_of_their_own() -> None:
    euros, pounds = figure("project/a", "total", exact="10"), figure("project/b", "total", "gbp", exact="20")
    found = money([*project("a", "x"), *project("b", "x"), *euros, *pounds])
    rows = [row for row in found.table("groups").rows if row.cells["group"] == thing("programme/x")]
    assert {row.cells["total"] for row in rows} == {amount("10", "10", "10"), amount("20", "20", "20", "GBP")}
    assert [(row.cells["total-stated"], row.cells["total-silent"]) for row in rows] == [(1, 0), (1, 0)]
    assert Note("currencies", {"currencies": 2}) in found.notes
    with pytest.raises(ValueError, match="too many values"):
        added([amount("1"), amount("1", currency="GBP")])


def test_a_project_in_two_groups_counts_in_both_and_the_note_says_so() -> None:
    quads = [*project("a", "x", "y"), *figure("project/a", "total", exact="10")]
    found = groups(quads)
    assert [found[thing(f"programme/{name}")].cells["total"] for name in "xy"] == [amount("10", "10", "10")] * 2
    assert Note("overlap", {"times": 1}) in money(quads).notes
    assert not [note for note in money(project("a", "x")).notes if note.id == "overlap"]


def rated(low: str, high: str, total: str = "1000", **asked: str) -> Row:
    quads = [*project("a", "x"), *figure("project/a", "total", exact=total)]
    return one([*quads, *figure("project/a", "eu-contribution", low=low, high=high)], **asked)


def test_a_rate_has_the_bounds_of_its_parts_rounded_outwards() -> None:
    row = rated("850", "950", "3000")
    assert (row.cells["rate-low"], row.cells["rate-high"]) == (Decimal("0.2833"), Decimal("0.3167"))
    assert row.cells["rate"] is None


def test_a_rate_is_of_the_projects_of_which_both_are_stated() -> None:
    both = [*figure("project/a", "total", exact="100"), *figure("project/a", "eu-contribution", exact="90")]
    alone = [*figure("project/b", "total", exact="900"), *figure("project/c", "eu-contribution", exact="5")]
    row = one([*(quad for name in "abc" for quad in project(name, "x")), *both, *alone])
    assert (row.cells["both"], row.cells["rate"]) == (1, Decimal("0.9"))
    assert (row.cells["total"], row.cells["eu"]) == (amount("1000", "1000", "1000"), amount("95", "95", "95"))


@pytest.mark.parametrize(
    ("low", "high", "said_of_it"),
    [("850", "900", "within"), ("850", "901", "open"), ("900", "950", "open"), ("901", "950", "above")],
)
def test_a_rate_is_judged_only_where_its_bounds_leave_no_doubt(low: str, high: str, said_of_it: str) -> None:
    assert rated(low, high, ceiling="90").cells["judgement"] == Note(said_of_it)


def test_without_a_ceiling_nothing_is_judged() -> None:
    assert rated("10", "20").cells["judgement"] == Note("ceiling-unknown")


@pytest.mark.parametrize("ceiling", ["0", "-3", "100.01", "1e50"])
def test_a_ceiling_that_is_none_is_refused(ceiling: str) -> None:
    with pytest.raises(BadParameter, match="no ceiling of a rate"):
        money([], ceiling=ceiling)


def test_a_wrong_grouping_is_refused_and_the_right_ones_named() -> None:
    with pytest.raises(
        BadParameter, match=r"by 'colour'.*programme, priority, country, region, helix, value-chain, year"
    ):
        money([], by="colour")


PLACED = [
    *project("a", "x"),
    *figure("project/a", "total", exact="7"),
    said("project/a", "underPriority", "programme/x-1"),
    said("project/a", "involvesCountry", "place/it"),
    said("project/a", "targetsValueChain", "value-chain/v"),
    *partner("actor/u", "academia", of="project/a"),
    ox.Quad(thing("project/a"), ox.NamedNode(f"{MK}startDate"), literal("2019-09-01", "date"), PREFERRED),
]


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("programme", thing("programme/x")),
        ("priority", thing("programme/x-1")),
        ("country", thing("place/it")),
        ("value-chain", thing("value-chain/v")),
        ("helix", helix("academia")),
        ("year", literal("2019", "gYear")),
    ],
)
def test_every_grouping_finds_the_project_and_names_what_puts_it_there(by: str, key: object) -> None:
    assert by in GROUPINGS
    row = groups(PLACED, by=by)[key]
    assert row.cells["total"] == amount("7", "7", "7")
    assert (
        ox.Triple(thing("project/a"), ox.NamedNode(f"{MK}hasBudgetFigure"), thing("figure/a-total-eur-0"))
        in row.evidence
    )
    assert ox.Triple(thing("figure/a-total-eur-0"), ox.NamedNode(f"{MK}amountExact"), literal("7")) in row.evidence
    said_there = {quad.triple for quad in PLACED}
    assert set(row.evidence) <= said_there


def test_the_last_row_has_the_projects_that_no_source_places() -> None:
    rows = money(PLACED, by="country").table("groups").rows
    assert (rows[-1].cells["group"], rows[-1].cells["projects"]) == (Note("no-group"), 1)


def test_years_stand_in_order_and_other_groups_by_the_certain_part_of_their_totals() -> None:
    quads = []
    for name, programme, year, total in (("a", "x", "2020", "5"), ("b", "y", "2018", "9"), ("c", "z", "2019", "1")):
        quads += [*project(name, programme), *figure(f"project/{name}", "total", exact=total)]
        quads += [ox.Quad(thing(f"project/{name}"), ox.NamedNode(f"{MK}startDate"), literal(year, "gYear"), PREFERRED)]
    assert list(groups(quads))[:3] == [thing(f"programme/{name}") for name in "yxz"]
    assert list(groups(quads, by="year"))[:3] == [literal(year, "gYear") for year in ("2018", "2019", "2020")]


def test_one_programme_can_be_asked_for_and_must_be_known() -> None:
    quads = [*project("a", "x"), *project("b", "y"), said("programme/x", "note", "actor/n")]
    kind = ox.Quad(thing("programme/x"), ox.NamedNode(RDF + "type"), ox.NamedNode(f"{MK}Programme"), SOURCE)
    assert list(groups([*quads, kind], programme="id:programme/x")) == [thing("programme/x")]
    with pytest.raises(BadParameter, match="programme: nothing is known of"):
        money(quads, programme="id:programme/none")


def participation(name: str, body: str, of: str) -> list[ox.Quad]:
    own = f"participation/{name}"
    return [said(own, "participationIn", of), said(own, "participant", body)]


def test_partner_budgets_stand_where_their_bodies_do() -> None:
    quads = [
        *PLACED,
        said("project/a", "involvesCountry", "place/tn"),
        *participation("u", "actor/u", "project/a"),
        *participation("w", "actor/w", "project/a"),
        said("actor/u", "country", "place/tn"),
        *figure("participation/u", "partner-budget", exact="3"),
    ]
    rows = money(quads, by="country").table("partners").rows
    assert [(row.cells["group"], row.cells["participations"], row.cells["budget"]) for row in rows] == [
        (thing("place/tn"), 1, amount("3", "3", "3")),
        (Note("no-group"), 1, None),
    ]
    assert ox.Triple(thing("actor/u"), ox.NamedNode(f"{MK}country"), thing("place/tn")) in rows[0].evidence
    (whole,) = money(quads).table("partners").rows
    assert (whole.cells["group"], whole.cells["participations"], whole.cells["budget-silent"]) == (
        thing("programme/x"),
        2,
        1,
    )


def registry_of(drawn: Drawn) -> list[ox.Quad]:
    quads = [quad for number in range(6) for quad in project(f"n{number}", *("x", "y")[: number % 3])]
    for number, kind, cents, width in drawn:
        low, high = (str(Decimal(value).scaleb(-2)) for value in (cents, cents + width))
        quads += figure(f"project/n{number}", kind, low=low, high=high)
    return quads


@settings(max_examples=25, deadline=None)
@given(drawn=DRAWN, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(drawn: Drawn, order: object) -> None:
    quads = [*registry_of(drawn), *aimed("a", "2018", "2020", "s", "t"), *aimed("b", "2019", "2022", "s", "t")]
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert money(quads) == money(shuffled)


@settings(max_examples=25, deadline=None)
@given(drawn=DRAWN)
def test_every_group_counts_each_of_its_projects_once_as_stated_or_not(drawn: Drawn) -> None:
    for row in groups(registry_of(drawn)).values():
        for name in ("total", "eu"):
            assert (
                int(str(row.cells[f"{name}-stated"])) + int(str(row.cells[f"{name}-silent"])) == row.cells["projects"]
            )
            assert (row.cells[name] is None) == (row.cells[f"{name}-stated"] == 0)


def ceiling(of: str, *values: str) -> list[ox.Quad]:
    kind = ox.Quad(thing(of), ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{MK}Programme"), SOURCE)
    stated = (literal(value) for value in values)
    return [kind, *(ox.Quad(thing(of), ox.NamedNode(f"{MK}euCofinancingCeiling"), one, SOURCE) for one in stated)]


def stated_rate(*values: str, **asked: str) -> Row:
    """Give the row of a programme with a rate of 85 per cent, and ceilings that sources state."""
    quads = [*project("a", "x"), *figure("project/a", "total", exact="100")]
    return one([*quads, *figure("project/a", "eu-contribution", exact="85"), *ceiling("programme/x", *values)], **asked)


def test_a_programme_is_judged_by_the_ceiling_that_a_source_states() -> None:
    row = stated_rate("90")
    assert (row.cells["ceiling"], row.cells["judgement"]) == (Decimal("0.9"), Note("within"))
    assert ox.Triple(thing("programme/x"), ox.NamedNode(f"{MK}euCofinancingCeiling"), literal("90")) in row.evidence
    assert stated_rate("80").cells["judgement"] == Note("above")


@pytest.mark.parametrize(("values", "judged"), [("90 88", "within"), ("80 84", "above"), ("80 90", "open")])
def test_where_sources_differ_it_is_judged_by_what_they_agree_on(values: str, judged: str) -> None:
    row = stated_rate(*values.split())
    assert (row.cells["ceiling"], row.cells["judgement"]) == (Note("ceilings-differ"), Note(judged))


def test_a_ceiling_that_is_given_comes_before_one_that_is_stated() -> None:
    row = stated_rate("80", ceiling="90")
    assert (row.cells["ceiling"], row.cells["judgement"]) == (Decimal("0.9"), Note("within"))


def test_the_ceiling_of_the_one_programme_holds_for_other_groups_of_its_projects() -> None:
    quads = [*project("a", "x"), *figure("project/a", "total", exact="100"), *ceiling("programme/x", "80")]
    quads += [*figure("project/a", "eu-contribution", exact="85"), said("project/a", "involvesCountry", "place/p")]
    assert groups(quads, by="country")[thing("place/p")].cells["judgement"] == Note("ceiling-unknown")
    found = groups(quads, by="country", programme="id:programme/x")
    assert found[thing("place/p")].cells["judgement"] == Note("above")


def test_money_is_summed_by_the_regions_of_the_bodies() -> None:
    region = ox.Quad(thing("place/r"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{MK}Region"), SOURCE)
    quads = [*project("a", "x"), *figure("project/a", "total", exact="100"), region]
    for name, body in (("1", "actor/b"), ("2", "actor/c")):
        own = f"participation/{name}"
        quads += [said(own, "participationIn", "project/a"), said(own, "participant", body)]
        quads += [said("project/a", "hasPartner", body), *figure(own, "partner-budget", exact=f"{name}0")]
    found = money(
        [*quads, said("actor/b", "locatedIn", "place/r"), said("actor/c", "locatedIn", "place/city")], by="region"
    )
    row = found.table("groups").rows[0]
    assert (row.cells["group"], row.cells["total"]) == (thing("place/r"), amount("100", "100", "100"))
    here, elsewhere = found.table("partners").rows
    assert (here.cells["group"], here.cells["budget"]) == (thing("place/r"), amount("10", "10", "10"))
    assert (elsewhere.cells["group"], elsewhere.cells["budget"]) == (Note("no-group"), amount("20", "20", "20"))
