"""The co-operation network: what links bodies, who joins groups, and that neither order nor chance changes anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.analysis import cooperation
from medkg.analysis.brokerage import ROLES, Groups, role, roles
from medkg.analysis.cooperation import Network
from medkg.analysis.network import MOST_ROWS
from medkg.analysis.report import Note, Report, Row
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.namespaces import ID, RDF, SCHEME
from medkg.query.asking import NamedQueries
from medkg.store.reader import Reader
from tests.analysis.small_registry import NAMED, SOURCE, helix, judged, said, thing

CHAIN = f"{SCHEME}value-chain/meat"


def met(project: str, *bodies: str) -> list[ox.Quad]:
    """Give the participations of bodies in a project."""
    quads = []
    for body in bodies:
        own = f"participation/{project}-{body}"
        quads += [said(own, "participationIn", f"project/{project}"), said(own, "participant", f"actor/{body}")]
    return quads


def placed(**countries: str) -> list[ox.Quad]:
    return [said(f"actor/{body}", "country", f"place/{country}") for body, country in countries.items()]


def found(quads: list[ox.Quad], **given: str) -> Report:
    return judged("cooperation-network", quads, **given)


def one(report: Report, table: str) -> Row:
    (row,) = report.table(table).rows
    return row


#: Two projects of which one body is in both.
BRIDGE = [*met("p", "a", "b", "hub"), *met("q", "c", "d", "e", "hub")]
COUNTRIES = placed(a="it", b="gr", c="es", d="it", e="it", hub="it")


def test_bodies_of_one_project_are_linked_and_measures_follow() -> None:
    cells = one(found(BRIDGE), "measures").cells
    assert [cells[name] for name in ("bodies", "projects", "links", "components", "largest", "alone")] == [
        6,
        2,
        9,
        1,
        6,
        0,
    ]
    assert cells["density"] == Decimal("0.6")
    # Six of nine links are within the two communities, each of which has half of all ends: 6/9 - 2 (1/2)².
    assert cells["modularity"] == Decimal("0.167")


def test_a_body_without_a_partner_is_alone_and_a_project_counts_once_for_a_body() -> None:
    quads = [*BRIDGE, *met("r", "lone"), said("participation/again", "participationIn", "project/p")]
    quads.append(said("participation/again", "participant", "actor/a"))
    cells = one(found(quads), "measures").cells
    assert (cells["bodies"], cells["links"], cells["components"], cells["alone"]) == (7, 9, 2, 1)


def test_a_link_weighs_as_many_projects_as_are_shared() -> None:
    network = Network.of({thing(f"project/{name}"): [thing("actor/a"), thing("actor/b")] for name in "pq"})
    assert network.graph[0][1]["weight"] == 2


def test_a_broker_has_its_roles_and_the_statements_behind_them() -> None:
    row = one(found([*BRIDGE, *COUNTRIES]), "brokers-country")
    assert row.cells["body"] == thing("actor/hub")
    assert {name: row.cells[name] for name in (*ROLES, "joined")} == {
        "gatekeeper": 3,
        "liaison": 1,
        "itinerant": 0,
        "coordinator": 2,
        "unknown": 0,
        "joined": 4,
    }
    # Six of the ten pairs of other bodies are joined by it alone.
    assert row.cells["betweenness"] == Decimal("0.6")
    given = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in (*BRIDGE, *COUNTRIES)}
    assert set(row.evidence) == given
    assert len(row.evidence) == len(given)


def test_links_are_counted_within_and_between_groups_and_apart_where_one_is_unknown() -> None:
    quads = [*BRIDGE, *placed(a="it", b="gr", c="es", d="it"), said("actor/a", "inHelix", helix("academia"))]
    country, helices = found(quads).table("mixing").rows
    counts = {name: country.cells[name] for name in ("between", "within", "unknown")}
    # Known: a-b and c-d, both of different countries; the hub and e have none.
    assert counts == {"between": 2, "within": 0, "unknown": 7}
    assert country.cells["index"] == Decimal(1)
    assert (helices.cells["unknown"], helices.cells["index"]) == (9, None)
    assert Note("unknown-country", {"silent": 2, "bodies": 6}) in found(quads).notes
    assert Note("unknown-helix", {"silent": 5, "bodies": 6}) in found(quads).notes


IT, GR, ES = (frozenset({thing(f"place/{name}")}) for name in ("it", "gr", "es"))


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((IT, IT, IT), "coordinator"),
        ((IT, GR, IT), "itinerant"),
        ((IT, IT, GR), "gatekeeper"),
        ((GR, IT, IT), "gatekeeper"),
        ((IT, GR, ES), "liaison"),
        ((IT, IT | GR, GR), "gatekeeper"),
        ((IT | GR, ES, GR), "itinerant"),
        ((IT, frozenset(), GR), "unknown"),
        ((IT, GR, frozenset()), "unknown"),
    ],
)
def test_a_role_is_told_by_the_groups_of_three(groups: tuple[Groups, Groups, Groups], expected: str) -> None:
    assert role(*groups) == expected


PROJECTS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=5, unique=True), max_size=7)
GROUPS = st.lists(st.sampled_from([IT, GR, ES, IT | GR, frozenset()]), min_size=10, max_size=10)


def by_hand(neighbours: Mapping[int, frozenset[int]], groups: list[Groups]) -> dict[int, Counter[str]]:
    """Look at each pair of neighbours of each body, one by one."""
    counted: dict[int, Counter[str]] = {broker: Counter() for broker in neighbours}
    for broker, linked in neighbours.items():
        for first, second in combinations(sorted(linked), 2):
            if second not in neighbours[first]:
                counted[broker][role(groups[first], groups[broker], groups[second])] += 1
    return counted


@settings(max_examples=60, deadline=None)
@given(projects=PROJECTS, groups=GROUPS)
def test_roles_counted_by_groups_are_those_counted_one_by_one(projects: list[list[int]], groups: list[Groups]) -> None:
    network = Network.of(
        {thing(f"project/p{n}"): [thing(f"actor/a{body}") for body in held] for n, held in enumerate(projects)}
    )
    neighbours = {place: frozenset(linked) for place, linked in network.graph.adjacency()}
    counted = by_hand(neighbours, groups)
    told = roles(neighbours, groups)
    assert {place: {name: counted[place][name] for name in ROLES} for place in told} == told


@settings(max_examples=20, deadline=None)
@given(projects=PROJECTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_statements_changes_nothing(projects: list[list[int]], order: object) -> None:
    quads = [item for n, held in enumerate(projects) for item in met(f"p{n}", *(f"a{body}" for body in held))]
    quads += placed(a0="it", a1="it", a2="gr", a3="gr", a4="es")
    shuffled = quads[:]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(quads) == found(shuffled)


@settings(max_examples=20, deadline=None)
@given(projects=PROJECTS)
def test_a_further_project_never_takes_a_link_away(projects: list[list[int]]) -> None:
    quads = [item for n, held in enumerate(projects) for item in met(f"p{n}", *(f"a{body}" for body in held))]
    before, after = (one(found(held), "measures").cells for held in (quads, [*quads, *met("more", "a0", "a1")]))
    assert int(str(before["links"])) <= int(str(after["links"]))
    assert int(str(before["bodies"])) <= int(str(after["bodies"]))


def test_projects_are_chosen_by_programme_country_and_chain_together() -> None:
    quads = [
        *BRIDGE,
        said("project/p", "underProgramme", "programme/n"),
        said("project/q", "underPriority", "programme/n"),
        said("project/q", "targetsValueChain", ox.NamedNode(CHAIN)),
        said("project/p", "involvesCountry", "place/gr"),
        *(
            ox.Quad(known, ox.NamedNode(RDF + "type"), thing("mk:Thing"), SOURCE)
            for known in (thing("programme/n"), thing("place/gr"), ox.NamedNode(CHAIN))
        ),
    ]
    assert one(found(quads, programme="id:programme/n"), "measures").cells["projects"] == 2
    assert one(found(quads, programme="id:programme/n", chain=CHAIN), "measures").cells["bodies"] == 4
    assert one(found(quads, country="id:place/gr"), "measures").cells["bodies"] == 3
    none = found(quads, country="id:place/gr", chain=CHAIN)
    assert one(none, "measures").cells["bodies"] == 0
    assert not none.enough
    assert Note("too-little", {"bodies": 0}) in none.notes


@pytest.mark.parametrize("name", ["programme", "country", "chain"])
def test_what_chooses_projects_must_be_known(name: str) -> None:
    with pytest.raises(BadParameter, match=f"{name}: nothing is known of"):
        found(BRIDGE, **{name: "id:place/none"})


def test_two_bodies_are_no_network() -> None:
    report = found(met("p", "a", "b"))
    assert not report.enough
    assert Note("too-little", {"bodies": 2}) in report.notes


def test_what_is_not_listed_is_counted() -> None:
    quads = [item for n in range(MOST_ROWS + 1) for item in met(f"p{n:02}", f"a{n:02}", f"b{n:02}")]
    report = found(quads)
    assert len(report.table("communities").rows) == MOST_ROWS
    assert Note("more-communities", {"shown": MOST_ROWS, "more": 1}) in report.notes
    # The ends of each chain of three are of different countries.
    chains = [
        item for n in range(MOST_ROWS + 2) for pair in ("ab", "bc") for item in met(f"{n}{pair}", *_ends(n, pair))
    ]
    chains += [item for n in range(MOST_ROWS + 2) for item in placed(**{f"a{n}": "it", f"b{n}": "it", f"c{n}": "gr"})]
    report = found(chains)
    assert len(report.table("brokers-country").rows) == MOST_ROWS
    assert Note("more-country", {"shown": MOST_ROWS, "more": 2}) in report.notes


def _ends(number: int, pair: str) -> tuple[str, ...]:
    return tuple(f"{letter}{number}" for letter in pair)


def test_a_large_network_is_estimated_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooperation, "MOST_STEPS", 20)
    report = found([*BRIDGE, *COUNTRIES])
    assert Note("estimated", {"drawn": 2, "bodies": 6}) in report.notes
    assert report == found([*BRIDGE, *COUNTRIES])


def command(home: Path, seed: str) -> bytes:
    words = [sys.executable, "-m", "medkg", "--home", str(home), "analyse", "cooperation-network", "--format", "json"]
    done = subprocess.run(words, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    return done.stdout


def test_two_processes_give_the_same_report_whatever_order_their_sets_have(shipped_home: Path) -> None:
    first = command(shipped_home, "1")
    assert first == command(shipped_home, "2")
    tables = {table["id"]: table["rows"] for table in json.loads(first)["tables"]}
    assert tables["measures"][0]["bodies"] > 300
    assert MOST_ROWS >= len(tables["brokers-country"]) > 20
    assert all(item["origins"] for row in tables["brokers-country"][:3] for item in row["evidence"])


def test_the_meat_chain_is_as_worked_by_hand(shipped_home: Path) -> None:
    snapshot = Reader(shipped_home).snapshot()
    report = analyse(NamedQueries(snapshot, NAMED), "cooperation-network", {"chain": CHAIN})
    cells = one(report, "measures").cells
    assert (cells["bodies"], cells["projects"], cells["links"], cells["density"]) == (6, 2, 9, Decimal("0.6"))
    country = report.table("mixing").rows[0].cells
    assert (country["between"], country["within"], country["index"]) == (5, 4, Decimal("0.111"))
    broker = one(report, "brokers-country")
    assert broker.cells["body"] == ox.NamedNode(f"{ID}actor/federalimentare")
    assert [broker.cells[name] for name in (*ROLES, "betweenness")] == [3, 1, 0, 2, 0, Decimal("0.6")]
    held = [(item.subject, item.predicate, item.object) for row in (broker, *report.table("communities").rows)
            for item in row.evidence]  # fmt: skip
    assert all(next(snapshot.engine.quads_for_pattern(*item), None) is not None for item in held)


def test_a_participation_without_a_body_is_nobodys() -> None:
    loose = ox.Quad(thing("participation/x"), ox.NamedNode(RDF + "type"), thing("mk:Participation"), SOURCE)
    quads = [*BRIDGE, loose, said("participation/x", "participationIn", "project/p")]
    assert one(found(quads), "measures").cells["bodies"] == 6
