"""data/sources.csv: one entry a document, each cited, none leading to a person."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from tests.data.registry_tables import DATA, FACTS, fact_tables, table

KINDS = {"founding", "external", "reference"}
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|00[0-4]_[0-9a-f]{16}")
LANGUAGE = re.compile(r"[a-z]{2}")
COLLECTED = 353


def test_n_of_n_documents_are_listed() -> None:
    assert sum(row["used_for"] != "places" for row in table("sources")) == COLLECTED


def test_keys_are_unique_slugs() -> None:
    keys = Counter(row["key"] for row in table("sources"))
    assert [key for key, count in keys.items() if count > 1 or not KEY.fullmatch(key)] == []


def test_keys_are_short_enough_for_addresses() -> None:
    assert [row["key"] for row in table("sources") if len(row["key"]) > 64] == []


def test_addresses_are_unique_and_absolute() -> None:
    # A founding text and the page that carries it are two documents with one address.
    addresses = [row["address"] for row in table("sources") if row["address"] and row["kind"] != "founding"]
    assert [a for a, count in Counter(addresses).items() if count > 1] == []
    assert [a for a in addresses if urlsplit(a).scheme not in {"http", "https"} or " " in a] == []


def test_a_document_without_address_says_why() -> None:
    silent = [
        row["key"]
        for row in table("sources")
        if row["kind"] != "founding" and not row["address"] and "address left out" not in row["note"]
    ]
    assert silent == ["medkg-gazetteer"]


def test_kinds_languages_and_titles_are_given() -> None:
    for row in table("sources"):
        assert row["kind"] in KINDS, row["key"]
        assert row["title"] or row["note"], row["key"]
        assert all(LANGUAGE.fullmatch(tag) for tag in row["languages"].split(";")), row["key"]


def test_five_founding_documents_are_identified_by_their_bytes() -> None:
    founding = [row for row in table("sources") if row["kind"] == "founding"]
    assert [row["key"][:3] for row in founding] == ["000", "001", "002", "003", "004"]
    for row in founding:
        assert row["file"] == row["key"] + ".txt"
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"])
        assert int(row["bytes"]) > 0


def test_the_page_with_personal_data_has_no_address() -> None:
    rows = [row for row in table("sources") if "Med-MCI" in row["title"]]
    assert len(rows) == 2
    assert [row["address"] for row in rows] == ["", ""]
    assert all("personal data" in row["note"] for row in rows)


def test_cells_are_trimmed_and_lines_end_plainly() -> None:
    assert b"\r" not in (DATA / "sources.csv").read_bytes()
    assert [r["key"] for r in table("sources") if any(v != v.strip() for v in r.values())] == []


@pytest.mark.parametrize("folder", FACTS)
def test_used_for_names_the_folders_that_cite_the_document(folder: str) -> None:
    cited = {
        row["source"] for name in fact_tables() if name.startswith(f"{folder}/") for row in table(name) if row["source"]
    }
    listed = {row["key"] for row in table("sources") if folder in row["used_for"].split(";")}
    assert listed == cited
