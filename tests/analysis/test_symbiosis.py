"""Industrial symbiosis: what matches, in which order, through which streams, and what is said of what is not known."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from time import process_time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis import symbiosis
from medkg.analysis.facts import Facts
from medkg.analysis.market import LEVELS, Market, Match
from medkg.analysis.report import Note, Report, Row
from medkg.analysis.streams import FITS, Streams
from medkg.errors import BadParameter
from medkg.namespaces import MK, RDF, SKOS
from tests.analysis.small_registry import SOURCE, judged, registry, said, thing
from tests.store.small_stores import medkg

Quads = list[ox.Quad]
#: City → region → country of the made-up map.
CITIES = {"athens": "attiki", "piraeus": "attiki", "patras": "west", "prato": "toscana"}
REGIONS = {"attiki": "greece", "west": "greece", "toscana": "italy"}


def typed(name: str, kind: str) -> ox.Quad:
    return ox.Quad(thing(name), ox.NamedNode(RDF + "type"), ox.NamedNode(MK + kind), SOURCE)


def linked(one: str, predicate: str, other: str) -> ox.Quad:
    return ox.Quad(thing(f"stream/{one}"), ox.NamedNode(predicate), thing(f"stream/{other}"), SOURCE)


def kind_of(one: str, other: str) -> Quads:
    return [*streams(one, other), linked(one, f"{SKOS}broader", other)]


def becomes(one: str, other: str) -> Quads:
    return [*streams(one, other), linked(one, f"{MK}becomes", other)]


def streams(*names: str) -> Quads:
    return [typed(f"stream/{name}", "ResourceStream") for name in names]


def places() -> Quads:
    kinds = {**dict.fromkeys(CITIES, "City"), **dict.fromkeys(REGIONS, "Region")}
    kinds |= dict.fromkeys((*REGIONS.values(), "malta"), "Country")
    return [typed(f"place/{name}", own) for name, kind in kinds.items() for own in (kind, "Place")]


def at(body: str, where: str) -> Quads:
    """Give where a body is, as the rules fill it up: its city, region and country; nothing for nowhere."""
    region = CITIES.get(where, where)
    country = REGIONS.get(region, region)
    inner = [name for name in dict.fromkeys((where, region)) if name != country]
    if not where:
        return []
    return [*(said(body, "locatedIn", f"place/{name}") for name in inner), said(body, "country", f"place/{country}")]


def body(name: str, where: str, *, offers: str = "", needs: str = "") -> Quads:
    own = f"actor/{name}"
    found = [typed(own, "Actor"), *at(own, where)]
    found += [said(own, "offersStream", f"stream/{item}") for item in offers.split()]
    found += [said(own, "needsStream", f"stream/{item}") for item in needs.split()]
    return [*found, *streams(*offers.split(), *needs.split())]


def asked(quads: Quads, **given: str) -> Report:
    return judged("industrial-symbiosis", [*places(), *quads], **given)


def pairs(report: Report) -> list[tuple[str, str, str]]:
    """Give of each match how near it is, who gives and who takes."""
    return [(near(row), slug(row, "giver"), slug(row, "taker")) for row in report.table("matches").rows]


def near(row: Row) -> str:
    said_so = row.cells["near"]
    assert isinstance(said_so, Note)
    return said_so.id.removeprefix("near-")


def slug(row: Row, column: str) -> str:
    cell = row.cells[column]
    assert isinstance(cell, ox.NamedNode)
    return cell.value.rpartition("/")[2]


def test_the_nearest_match_comes_first_and_one_across_a_border_before_an_unknown_place() -> None:
    takers = {"nowhere": "", "abroad": "prato", "country": "patras", "region": "piraeus", "city": "athens"}
    needs = [quad for name, where in takers.items() for quad in body(name, where, needs="felt")]
    report = asked([*body("mill", "athens", offers="felt"), *needs])
    assert pairs(report) == [(level, "mill", level if level != "unknown" else "nowhere") for level in LEVELS]
    assert Note("unplaced", {"unplaced": 1}) in report.notes
    assert report.enough
    where = [row.cells["where"] for row in report.table("matches").rows]
    assert where[0] == (thing("place/athens"),)
    assert where[3] == (thing("place/greece"), thing("place/italy"))


def test_a_row_rests_on_the_offer_the_need_the_way_and_the_place() -> None:
    quads = [*body("a", "athens", offers="offcuts"), *body("b", "athens", needs="felt"), *becomes("offcuts", "felt")]
    (row,) = asked(quads).table("matches").rows
    assert set(row.evidence) == {
        ox.Triple(thing("actor/a"), thing("mk:offersStream"), thing("stream/offcuts")),
        ox.Triple(thing("actor/b"), thing("mk:needsStream"), thing("stream/felt")),
        ox.Triple(thing("stream/offcuts"), thing("mk:becomes"), thing("stream/felt")),
        ox.Triple(thing("actor/a"), thing("mk:locatedIn"), thing("place/athens")),
        ox.Triple(thing("actor/b"), thing("mk:locatedIn"), thing("place/athens")),
    }


@pytest.mark.parametrize(
    ("links", "fit", "way"),
    [
        ([], None, ()),
        (kind_of("given", "wanted"), "kind", ()),
        ([*kind_of("given", "mid"), *kind_of("mid", "wanted")], "kind", ("mid",)),
        ([*streams("given", "wanted"), linked("wanted", f"{SKOS}narrower", "given")], "kind", ()),
        (becomes("given", "wanted"), "made", ()),
        ([*kind_of("given", "mid"), *becomes("mid", "wanted")], "made", ("mid",)),
        ([*becomes("given", "mid"), *kind_of("mid", "wanted")], "made", ("mid",)),
        ([*becomes("given", "mid"), *becomes("mid", "wanted")], "made", ("mid",)),
        (kind_of("wanted", "given"), "part", ()),
        # Two kinds of one stream do not stand in for each other, nor is what it is made from what is wanted.
        ([*kind_of("given", "mid"), *kind_of("wanted", "mid")], None, ()),
        (becomes("wanted", "given"), None, ()),
        ([*kind_of("mid", "given"), *becomes("mid", "wanted")], None, ()),
        # The best fit wins, whatever else is said.
        ([*becomes("given", "wanted"), *kind_of("given", "wanted")], "kind", ()),
        ([*kind_of("wanted", "given"), *becomes("given", "wanted")], "made", ()),
    ],
)
def test_streams_fit_through_kinds_and_what_becomes_of_them(
    links: Quads, fit: str | None, way: tuple[str, ...]
) -> None:
    report = asked([*body("a", "athens", offers="given"), *body("b", "athens", needs="wanted"), *links])
    rows = report.table("matches").rows
    assert [row.cells["fit"] for row in rows] == ([] if fit is None else [Note(f"fit-{fit}")])
    assert [row.cells["way"] for row in rows] == (
        [] if fit is None else [tuple(thing(f"stream/{name}") for name in way)]
    )
    assert (Note("no-match") in report.notes) == (fit is None)


def test_what_leads_in_circles_is_followed_once_and_named() -> None:
    glass = [*becomes("glass", "cullet"), *becomes("cullet", "glass")]
    wrong = [*kind_of("wool", "fibre"), *kind_of("fibre", "wool"), *kind_of("self", "self")]
    report = asked(
        [*body("a", "athens", offers="glass wool"), *body("b", "prato", needs="cullet fibre"), *glass, *wrong]
    )
    assert [row.cells["fit"] for row in report.table("matches").rows] == [Note("fit-kind"), Note("fit-made")]
    assert [(row.cells["kind"], row.cells["streams"]) for row in report.table("circles").rows] == [
        (Note("circle-kind"), (thing("stream/fibre"), thing("stream/wool"))),
        (Note("circle-kind"), (thing("stream/self"),)),
        (Note("circle-made"), (thing("stream/cullet"), thing("stream/glass"))),
    ]
    assert Note("circles-kind", {"circles": 2}) in report.notes
    assert Note("circles-made", {"circles": 1}) in report.notes
    assert all(row.evidence for row in report.table("circles").rows)


def test_a_body_is_never_matched_with_itself() -> None:
    report = asked(body("a", "athens", offers="felt", needs="felt"))
    assert pairs(report) == []
    assert report.enough
    assert Note("no-match") in report.notes


def exchange(name: str, stream: str, giver: str = "", taker: str = "") -> Quads:
    own = f"stream/{name}"
    sides = [said(own, "exchangeProvider", f"actor/{giver}")] if giver else []
    sides += [said(own, "exchangeReceiver", f"actor/{taker}")] if taker else []
    return [typed(own, "ResourceExchange"), said(own, "exchangedStream", f"stream/{stream}"), *streams(stream), *sides]


def test_an_exchange_of_which_one_side_is_known_is_an_offer_or_a_need() -> None:
    quads = [*exchange("x", "ash", giver="kiln"), *exchange("y", "ash", taker="road"), *at("actor/kiln", "prato")]
    report = asked([*quads, *at("actor/road", "prato")])
    assert pairs(report) == [("city", "kiln", "road")]
    (row,) = report.table("matches").rows
    assert ox.Triple(thing("stream/x"), thing("mk:exchangeProvider"), thing("actor/kiln")) in row.evidence
    assert row.cells["known"] is None


def test_an_exchange_with_both_sides_is_no_open_offer_but_marks_the_match_it_has_made() -> None:
    whole = exchange("x", "ash", giver="kiln", taker="road")
    report = asked(whole)
    assert (pairs(report), report.enough) == ([], False)
    (row,) = report.table("exchanges").rows
    assert (row.cells["givers"], row.cells["takers"]) == ((thing("actor/kiln"),), (thing("actor/road"),))
    again = asked([*whole, *body("kiln", "prato", offers="ash"), *body("road", "prato", needs="ash")])
    assert [row.cells["known"] for row in again.table("matches").rows] == [Note("exchanged")]


MARKET = [
    *body("mill", "athens", offers="felt"),
    *body("dyer", "prato", offers="felt ash"),
    *body("hat", "athens", needs="felt"),
    *body("road", "patras", needs="ash"),
    *body("idle", "malta"),
]


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"place": "id:place/athens"}, {("mill", "hat"), ("dyer", "hat")}),
        ({"place": "id:place/greece"}, {("mill", "hat"), ("dyer", "hat"), ("dyer", "road")}),
        ({"actor": "id:actor/dyer"}, {("dyer", "hat"), ("dyer", "road")}),
        ({"actor": "id:actor/dyer", "stream": "id:stream/ash"}, {("dyer", "road")}),
        ({"stream": "id:stream/felt"}, {("mill", "hat"), ("dyer", "hat")}),
        ({"actor": "id:actor/mill", "place": "id:place/prato"}, set()),
    ],
)
def test_what_is_asked_for_takes_part_in_each_match(given_: dict[str, str], expected: set[tuple[str, str]]) -> None:
    assert {found[1:] for found in pairs(asked(MARKET, **given_))} == expected


def test_of_a_body_without_offer_or_need_not_enough_is_known() -> None:
    report = asked(MARKET, actor="id:actor/idle")
    assert not report.enough
    assert report.notes[0] == Note("asked-silent")
    nobody = asked([*MARKET, *streams("rare")], stream="id:stream/rare")
    assert nobody.notes[0] == Note("not-enough", {"offers": 0, "needs": 0})
    assert nobody.table("streams").rows == ()


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"stream": "id:stream/none"}, "stream: nothing is known of"),
        ({"stream": "id:actor/mill"}, "stream: .*actor/mill is no stream.*mk:ResourceStream"),
        ({"place": "id:actor/mill"}, "place: .*is no place"),
        ({"actor": "id:stream/felt"}, "actor: .*is no actor"),
        ({"depth": "3"}, "depth: no such parameter.*stream, place, actor"),
    ],
)
def test_what_is_asked_wrongly_is_refused(given_: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        asked(MARKET, **given_)


def test_more_matches_than_are_named_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbiosis, "NAMED", 3)
    few = [quad for number in range(3) for quad in body(f"t{number}", "prato", needs="felt")]
    quads = [*body("mill", "athens", offers="felt"), *few]
    assert Note("more", {"named": 3}) not in asked(quads).notes
    report = asked([*quads, *body("t3", "athens", needs="felt")])
    assert Note("more", {"named": 3}) in report.notes
    assert pairs(report)[0] == ("city", "mill", "t3")
    assert len(report.table("matches").rows) == 3


def test_partnerships_tell_their_kind_who_plans_them_and_whether_they_are_one() -> None:
    several = ox.Quad(thing("structure/s"), thing("mk:standsForSeveral"), ox.Literal(True), SOURCE)
    quads = [
        typed("structure/s", "PublicPrivatePartnership"),
        several,
        said("project/p", "plansStructure", "structure/s"),
        typed("structure/t", "InvestmentAlliance"),
        said("structure/t", "hasMember", "actor/m"),
    ]
    report = asked(quads)
    first, second = report.table("partnerships").rows
    assert (first.cells["counts"], first.cells["by"]) == (Note("several"), (thing("project/p"),))
    assert (second.cells["counts"], second.cells["members"]) == (Note("one"), (thing("actor/m"),))
    assert ox.Triple(several.subject, several.predicate, several.object) in first.evidence
    assert Note("no-members", {"silent": 1, "partnerships": 2}) in report.notes


HOLDINGS = st.lists(
    st.tuples(
        st.sampled_from(["", "malta", "west", *CITIES]),
        st.sets(st.sampled_from("vwxyz"), max_size=2),
        st.sets(st.sampled_from("vwxyz"), max_size=2),
    ),
    max_size=6,
)
LINKS = st.lists(st.tuples(st.sampled_from("vwxyz"), st.booleans(), st.sampled_from("vwxyz")), max_size=6)


def made(holdings: list[tuple[str, set[str], set[str]]], links: list[tuple[str, bool, str]]) -> Quads:
    quads = places()
    for number, (where, offers, needs) in enumerate(holdings):
        quads += body(f"b{number}", where, offers=" ".join(sorted(offers)), needs=" ".join(sorted(needs)))
    return [*quads, *(quad for one, kind, other in links for quad in (kind_of if kind else becomes)(one, other))]


@settings(max_examples=40, deadline=None)
@given(holdings=HOLDINGS, links=LINKS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(
    holdings: list[tuple[str, set[str], set[str]]], links: list[tuple[str, bool, str]], order: object
) -> None:
    quads = made(holdings, links)
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert asked(quads) == asked(shuffled)


@settings(max_examples=40, deadline=None)
@given(holdings=HOLDINGS, links=LINKS)
def test_the_ranking_is_that_of_all_pairs(
    holdings: list[tuple[str, set[str], set[str]]], links: list[tuple[str, bool, str]]
) -> None:
    """Look at every pair of bodies and every pair of streams, and sort: the ranking says the same, each once."""
    facts = Facts(registry(made(holdings, links)))
    market = Market(facts, Streams.of(facts))
    expected = []
    for offered, needed in product(market.offers, market.needs):
        if (fit := market.streams.fits(offered).get(needed)) is not None:
            for giver, taker in product(market.offers[offered], market.needs[needed]):
                level = market.places[giver].nearness(market.places[taker])
                if giver != taker:
                    expected.append(
                        (LEVELS.index(level), *fit.rank, offered.value, needed.value, giver.value, taker.value)
                    )
    ranked = list(market.ranked(market.fits()))
    assert [sort_key(one) for one in ranked] == sorted(expected)
    some = set(list(market.bodies)[:2])
    assert list(market.ranked(market.fits(), some)) == [one for one in ranked if {one.giver, one.taker} & some]


def sort_key(one: Match) -> tuple[object, ...]:
    ends = (one.offered, one.needed, one.giver, one.taker)
    return (LEVELS.index(one.level), *one.fit.rank, *(end.value for end in ends))


@settings(max_examples=40, deadline=None)
@given(links=LINKS)
def test_every_way_is_made_of_the_links_it_rests_on(links: list[tuple[str, bool, str]]) -> None:
    held = Streams.of(Facts(registry(made([], links))))
    for start in "vwxyz":
        for end, fit in held.fits(thing(f"stream/{start}")).items():
            assert fit.path[0] == thing(f"stream/{start}")
            assert fit.path[-1] == end
            assert fit.kind in FITS
            steps = list(zip(fit.path, fit.path[1:], strict=False))
            assert [{said_so.subject, said_so.object} for said_so in fit.evidence] == [set(step) for step in steps]


def test_the_cost_does_not_grow_with_all_pairs() -> None:
    """Ten times the bodies make a hundred times the pairs; the first matches must not cost that."""

    def cost(bodies: int) -> float:
        quads = [quad for number in range(bodies) for quad in crowd(number)]
        facts = Facts(registry([*places(), *quads]))
        market = Market(facts, Streams.of(facts))
        start = process_time()
        ranked = market.ranked(market.fits())
        assert len([next(ranked) for _ in range(200)]) == 200
        return process_time() - start

    def crowd(number: int) -> Quads:
        return [*body(f"g{number}", "malta", offers="felt"), *body(f"t{number}", "prato", needs="felt")]

    small = min(cost(100) for _ in range(3))
    assert cost(1000) < 40 * max(small, 0.002)


def test_the_command_says_what_the_shipped_facts_tell(shipped_home: Path) -> None:
    """Counted by hand: no body states an offer; six road maps of INNOMED-UP for seven cities; three partnerships."""
    document = json.loads(medkg(shipped_home, "analyse", "industrial-symbiosis", "--format", "json").stdout)
    assert document["enough"] is False
    assert [note["id"] for note in document["notes"]] == ["not-enough", "no-members"]
    tables = {table["id"]: table["rows"] for table in document["tables"]}
    assert tables["matches"] == tables["exchanges"] == tables["circles"] == []
    cities = {row["city"]["name"] for row in tables["cities"]}
    assert cities == {"Athens", "Prato", "Palermo", "Tunis", "Hebron", "Nablus", "Irbid"}
    kinds = [kind["name"] for row in tables["partnerships"] for kind in row["kind"]]
    assert sorted(kinds) == ["Collaboration agreement", "Investment alliance", "Public-private partnership"]
    waste = next(row for row in tables["streams"] if row["stream"]["name"] == "waste")
    assert (waste["offers"], waste["needs"]) == (0, 0)
    assert [item["name"] for item in waste["projects"]] == ["INNOMED-UP"]
    evidence = [item for rows in tables.values() for row in rows for item in row["evidence"]]
    assert evidence
    assert all(item["origins"] for item in evidence)
