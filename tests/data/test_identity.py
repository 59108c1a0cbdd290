"""data/identity: each entity registered once, each name tied to one entity, doubtful pairs kept apart."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations

import pytest

from tests.data.registry_tables import DATA, fact_tables, normalised, pairs, table

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FILES = ("aliases", "entities", "names", "refused", "undecided")


def registered() -> set[str]:
    return {f"{row['type']}/{row['slug']}" for row in table("identity/entities")}


@pytest.mark.parametrize("name", FILES)
def test_files_are_trimmed(name: str) -> None:
    assert b"\r" not in (DATA / "identity" / f"{name}.csv").read_bytes()
    assert [row for row in table(f"identity/{name}") if any(value != value.strip() for value in row.values())] == []


def test_entities_are_sorted_unique_slugs_with_labels() -> None:
    rows = [(row["type"], row["slug"]) for row in table("identity/entities")]
    assert rows == sorted(set(rows))
    assert [slug for _, slug in rows if not SLUG.fullmatch(slug)] == []
    assert [row["slug"] for row in table("identity/entities") if not row["label"]] == []


def test_no_slug_is_both_actor_and_structure() -> None:
    actors, structures = (
        {row["slug"] for row in table("identity/entities") if row["type"] == kind} for kind in ("actor", "structure")
    )
    assert actors & structures == set()


def test_names_lead_to_registered_entities() -> None:
    assert [row["entity"] for row in table("identity/names") if row["entity"] not in registered()] == []
    assert {row["decision"] for row in table("identity/names")} == {"accepted"}
    assert [row["name"] for row in table("identity/names") if not row["why"]] == []


def test_each_actor_and_structure_of_the_names_has_a_full_name() -> None:
    named = {row["entity"] for row in table("identity/names") if row["kind"] == "name"}
    assert {row["entity"] for row in table("identity/names")} == named


def test_names_as_printed_are_the_names_of_the_tables() -> None:
    known = {(row["entity"].split("/")[1], row["name"]) for row in table("identity/names")}
    for row in table("partners/partners"):
        bare = row["organisation"].rpartition("/")[2]
        assert {(bare, name) for name in (row["name"], row["name_en"]) if name} <= known, row["record"]
    assert {(r["structure"], r["name"]) for r in table("clusters/clusters") if r["name"]} <= known


def test_equal_names_in_one_country_are_one_entity_or_a_listed_pair() -> None:
    holders = defaultdict(set)
    for row in table("identity/names"):
        if row["kind"] == "name":
            for country in row["country"].split(";"):
                holders[normalised(row["name"]), country].add(row["entity"])
    listed = pairs("undecided") | pairs("refused")
    twins = [set(pair) for found in holders.values() for pair in combinations(sorted(found), 2)]
    assert [pair for pair in twins if pair not in listed] == []


@pytest.mark.parametrize("name", ["undecided", "refused"])
def test_pairs_are_sorted_registered_and_explained(name: str) -> None:
    rows = [tuple(row.values()) for row in table(f"identity/{name}")]
    assert rows == sorted(rows)
    for one, other, reason in rows:
        assert {one, other} <= registered()
        assert one != other
        assert len(reason) > 12


def test_no_pair_is_undecided_and_refused() -> None:
    assert pairs("undecided") & pairs("refused") == set()


def test_an_alias_leads_on_and_is_no_entity() -> None:
    for row in table("identity/aliases"):
        assert f"{row['type']}/{row['slug']}" in registered()
        assert f"{row['type']}/{row['alias']}" not in registered()


def test_many_spellings_are_one_entity() -> None:
    names = defaultdict(set)
    for row in table("identity/names"):
        names[row["entity"]].add(row["name"])
    assert len(names["structure/pole-mer-mediterranee"]) >= 5
    assert len(names["actor/anetel"]) >= 3
    assert {"Comune di Prato", "Municipality of Prato"} <= names["actor/municipality-of-prato"]
    assert {"Region of Crete", "Περιφέρεια Κρήτης"} <= names["actor/region-of-crete"]


def test_every_introduced_entity_is_registered() -> None:
    columns = {"project": "project", "programme": "programme", "priority": "programme", "structure": "structure"}
    introduced = {
        f"{kind}/{row[column]}"
        for name in fact_tables()
        for row in table(name)
        for column, kind in columns.items()
        if row.get(column)
    }
    introduced |= {f"actor/{row['organisation']}" for row in table("partners/organisations")}
    assert introduced - registered() == set()
