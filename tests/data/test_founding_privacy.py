"""Nothing of the founding documents' tables names a person, or leads to one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from medkg.sources.cells import line_range
from tests.data.founding_tables import DOCUMENTS, FOLDER, PERSONAL_LINES, statements, triples

PHONE = re.compile(r"\+?[0-9][0-9 ()-]{7,}")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
ACCOUNT = re.compile(
    r"\b(skype|whatsapp|telegram|messenger|phone|telephone|mobile|first name|last name)\b", re.IGNORECASE
)
ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
PERSON_TERMS = re.compile(r"(foaf|schema|vcard):(Person|Individual|phone|mbox|telephone|email|hasTelephone)")


def _without_figures(text: str) -> str:
    """Give the text without amounts, dates, periods, hashes and slugs, which can look like telephone numbers."""
    text = re.sub(r"\b[0-9a-f]{16}\b", "", text)
    text = re.sub(r"\b(?=[a-z0-9_-]*[a-z])[a-z0-9_]+(?:-[a-z0-9_]+)+\b", "", text)
    text = re.sub(r"\b\d{4}[-/]\d{2}[-/]\d{2}\b|\b\d{4}-\d{4}\b", "", text)
    return re.sub(r"(?<=,)\d+(\.\d+)?(?=,)", "", text)


FILES = sorted([*FOLDER.glob("*"), *(FOLDER.parent / "web-statements").glob("*")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_holds_personal_data(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for pattern in (EMAIL, ACCOUNT, PERSON_TERMS):
            assert not pattern.search(line), f"{path.name}, line {number}"
        assert not PHONE.search(_without_figures(line)), f"{path.name}, line {number}"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("+34 93 000 00 00", PHONE),
        ("00 (0) 000-000-01", PHONE),
        ("someone@example.org", EMAIL),
        ("Skype: x", ACCOUNT),
    ],
)
def test_the_patterns_find_what_they_look_for(text: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(_without_figures(text))


def test_no_line_with_personal_data_is_cited() -> None:
    rows = [(row["id"], row["lines"]) for row in statements() if row["id"].startswith("s001-")]
    rows += [(row["statement"], row["lines"]) for row in triples() if row["statement"].startswith("s001-")]
    for name, lines in rows:
        if lines:
            first, last = line_range(lines)
            assert not PERSONAL_LINES & set(range(first, last + 1)), name


def test_no_page_address_stands_in_the_tables() -> None:
    for row in (*statements(), *triples()):
        assert not any(ADDRESS.search(cell) for cell in row.values()), row


def test_the_page_of_the_partner_search_has_no_address() -> None:
    register = (FOLDER.parents[1] / "sources.csv").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in register if line.startswith("001_c8205de2c6c7776e,"))
    assert "001_c8205de2c6c7776e" in DOCUMENTS
    assert not ADDRESS.search(line)
