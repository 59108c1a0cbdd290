"""The tables of registry facts: complete, tidy, and true to what their notes say."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.data.registry_tables import COLLECTED, DATA, FACTS, RECORD, fact_tables, metadata, table

PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.[a-zA-Z]{2,}|\b[Ss]kype\b|\b[Tt]el(?:\.|ephone)?:|(?<![\d.])\+\d[\d ()/-]{7,}"
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof)\.? [A-Z]",
)
#: Records whose notes call something inferred that is in no cell, and what it is.
LEFT_OUT = {
    "cluster-023": "that Secartys is the association of the founding document: identity/undecided.csv",
    "cluster-108": "the sector, which is blank",
    "cluster-109": "the sector, which is blank",
    "cluster-161": "that it is Cluster Textile de maison: identity/undecided.csv",
    "cluster-162": "that it is Cluster Design d'Intérieur: identity/undecided.csv",
}
#: An acronym, not an address.
AT_SIGN = "CRE@CTIVE"


@pytest.mark.parametrize("kind", COLLECTED)
def test_n_of_n_collected_facts_are_represented(kind: str) -> None:
    count, names = COLLECTED[kind]
    found = [RECORD.fullmatch(row["record"]) for name in names for row in table(name)]
    numbers = {int(match["number"]) for match in found if match and match["kind"] == kind}
    assert all(found), "a record that is not <kind>-<number>"
    assert numbers == set(range(1, count + 1))


def test_records_are_unique_and_parts_follow_their_whole() -> None:
    records = Counter(row["record"] for name in fact_tables() for row in table(name) if "record" in row)
    assert [record for record, count in records.items() if count > 1] == []
    assert [record for record in records if record[-2] == "-" and record[:-2] not in records] == []


@pytest.mark.parametrize("name", fact_tables())
def test_cells_are_trimmed_and_lines_end_plainly(name: str) -> None:
    assert b"\r" not in (DATA / "sources" / f"{name}.csv").read_bytes()
    assert [row for row in table(name) if any(value != value.strip() for value in row.values())] == []


@pytest.mark.parametrize("name", fact_tables())
def test_no_table_tells_how_to_reach_a_person(name: str) -> None:
    cells = (value.replace(AT_SIGN, "") for row in table(name) for value in row.values())
    assert [value for value in cells if PERSONAL.search(value)] == []


@pytest.mark.parametrize("name", fact_tables())
def test_rows_cite_listed_documents(name: str) -> None:
    keys = {row["key"] for row in table("sources")}
    assert [row["source"] for row in table(name) if row["source"] not in keys] == []


@pytest.mark.parametrize("name", fact_tables())
def test_only_tables_of_covered_rows_cite_founding_documents(name: str) -> None:
    founding = {row["key"] for row in table("sources") if row["kind"] == "founding"}
    cited = {row["source"] in founding for row in table(name)}
    assert cited == {"/covered-" in name}


@pytest.mark.parametrize("name", [name for name in fact_tables() if "/covered-" in name])
def test_covered_rows_name_statements_of_their_own_document(name: str) -> None:
    sources = {row["id"]: row["source"] for row in table("founding/statements")}
    for row in table(name):
        assert {sources.get(one) for one in row["covered_by"].split(";")} == {row["source"]}, row["record"]


@pytest.mark.parametrize("name", [name for name in fact_tables() if "/covered-" not in name])
def test_derived_names_filled_cells(name: str) -> None:
    for row in table(name):
        empty = [column for column in row.get("derived", "").split(";") if column and not row[column]]
        assert empty == [], row


def test_what_a_note_calls_inferred_is_derived() -> None:
    words = re.compile(r"\b(?:inferred|computed|read from the name|from the name)\b")
    silent = [
        row["record"]
        for name in fact_tables()
        for row in table(name)
        if "derived" in row and words.search(row["note"]) and not row["derived"]
    ]
    assert set(silent) == set(LEFT_OUT)


@pytest.mark.parametrize("folder", FACTS)
def test_metadata_declares_every_table_of_its_folder(folder: str) -> None:
    declared = {entry["file"] for entry in metadata(folder)["tables"]}
    assert declared == {path.name for path in (DATA / "sources" / folder).glob("*.csv")}


def test_no_idea_counts_as_funded() -> None:
    statuses = {row["project"]: set[str]() for row in table("projects/projects")}
    for row in table("projects/projects"):
        statuses[row["project"]] |= {row["status"]} - {""}
    assert statuses["med-mci"] == statuses["idea-dairy-819"] == {"partner-search"}
    assert {frozenset(found) for found in statuses.values()} == {frozenset({"funded"}), frozenset({"partner-search"})}


def test_secartys_is_not_tied_to_the_idea_of_the_founding_document() -> None:
    assert [row["participates_in"] for row in table("clusters/clusters") if row["structure"] == "secartys"] == [""]


def test_rounded_and_vague_amounts_keep_their_wording() -> None:
    written = {(row["record"], row["total"], row["eu_contribution"]) for row in table("projects/projects")}
    assert ("project-010", "3.1 M", "2.8 M") in written
    assert ("project-126", "2633106.29", "2369106.29") in written
    assert ("project-085", "", "~1.5 M") in written
    programmes = {row["record"]: row["total"] for row in table("programmes/programmes")}
    assert programmes["programme-009"] == "~294 M"
    assert programmes["programme-014"] == ">250 M"


def test_conflicting_partners_of_one_seat_both_stay() -> None:
    seats = {row["organisation"] for row in table("partners/partners") if row["project"] == "fish-med-net"}
    assert {"ministry-of-environment-lebanon", "ministry-of-agriculture-lebanon"} <= seats


def test_an_indicator_belongs_to_one_thing() -> None:
    owners = ("project", "programme", "priority")
    for row in table("indicators/indicators"):
        assert sum(bool(row[owner]) for owner in owners) == 1, row["record"]
        assert bool(row["target"]) == bool(row["target_comparator"]), row["record"]
        assert bool(row["achieved"]) == bool(row["achieved_comparator"]), row["record"]


def test_wording_of_promises_survives_in_the_comparator() -> None:
    written = {
        row["record"]: (row["target_comparator"], row["achieved_comparator"]) for row in table("indicators/indicators")
    }
    assert written["indicator-032"] == ("at-least", "")
    assert written["indicator-053"] == ("approximately", "")
    assert written["indicator-114"] == ("more-than", "")
    assert written["indicator-147"] == ("exactly", ""), "at least 2 employees each is no bound of the companies"


def test_a_count_that_is_not_of_members_says_what_was_counted() -> None:
    for row in table("clusters/clusters"):
        assert bool(row["member_count"]) == bool(row["counted_kind"]), row["record"]
    assert not [row for row in table("clusters/clusters") if row["record"] == "cluster-057" and row["member_count"]]
