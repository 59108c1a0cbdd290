"""Every statement of the five founding documents is in the tables, with its place, its status and its meaning."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from medkg.sources.cells import line_range
from tests.data.founding_tables import DOCUMENTS, Row, excluded, publishable, statements, triples

#: Statements that are computed or read into their document as a whole.
DERIVED = {"s001-049", "s002-053", "s002-059", "s002-060", "s003-032"}
#: Statements that are stated, while something they lead to is a reading.
PARTLY_DERIVED = {
    *("s001-007", "s001-008", "s001-030", "s002-016", "s002-021", "s002-023", "s002-030", "s002-036", "s002-040"),
    *("s002-044", "s002-045", "s002-046", "s002-047"),
    *("s002-065", "s002-073", "s002-084"),
    *("s003-017", "s003-030", "s003-031", "s003-056", "s003-061", "s003-069", "s003-070", "s003-072", "s003-074"),
    *("s004-001", "s004-005"),
    # Things named in the plural, none by its own name: read as standing for several.
    *(
        "s000-004",
        "s000-047",
        "s002-017",
        "s002-018",
        "s002-042",
        "s002-043",
        "s003-055",
        "s003-065",
        "s004-023",
        "s004-027",
    ),
}
SLUG = re.compile(r"id:[a-z]+/[a-z0-9]+(-[a-z0-9]+)*")
#: Statements that are stated, while a name or a note beside them is the registry's own.
COMPOSED = {
    *("s000-004", "s000-047", "s000-071", *(f"s000-{number:03}" for number in range(74, 79))),
    *("s001-024", "s001-025", "s001-034", "s001-035", "s001-041", "s001-043"),
    *(f"s001-{number:03}" for number in range(51, 55)),
    *("s002-006", "s002-037", "s002-048", "s002-057", "s002-058"),
    *("s002-061", "s002-065", "s002-069", "s002-073", "s002-077", "s002-080", "s002-083", "s002-084"),
    *("s002-088", "s002-089", "s002-090"),
    *("s003-007", "s003-030", "s003-031", "s003-033", *(f"s003-{number:03}" for number in range(49, 54))),
    *("s003-061", *(f"s003-{number:03}" for number in range(65, 79))),
    *("s004-002", "s004-005", *(f"s004-{number:03}" for number in range(34, 39))),
}
_FACTS = ("subject", "predicate", "object", "kind")


def test_all_337_statements_are_there_once() -> None:
    expected = list(publishable())
    found = [row["id"] for row in statements()]
    assert len(expected) == 337
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    assert not missing, f"{len(set(found))} of {len(expected)} statements; missing: {missing}"
    assert not extra
    assert len(found) == len(set(found))


def test_statements_that_must_not_be_published_are_absent() -> None:
    assert excluded() == {"s001-050", "s002-091", "s003-079"}
    assert not excluded() & {row["id"] for row in statements()}
    assert not excluded() & {row["statement"] for row in triples()}


def test_each_statement_leads_to_triples() -> None:
    meant = Counter(row["statement"] for row in triples())
    without = [row["id"] for row in statements() if not meant[row["id"]]]
    assert not without, f"statements without a triple: {without}"
    assert set(meant) == {row["id"] for row in statements()}


def test_each_statement_belongs_to_the_document_of_its_id() -> None:
    for row in statements():
        assert row["source"] in DOCUMENTS
        assert row["id"][1:4] == row["source"][:3], row


def test_lines_lie_within_the_document() -> None:
    places = {row["id"]: row["source"] for row in statements()}
    cited = [(row["id"], row["lines"]) for row in statements()] + [
        (row["statement"], row["lines"]) for row in triples()
    ]
    for name, lines in cited:
        if lines:
            first, last = line_range(lines)
            assert 1 <= first <= last <= DOCUMENTS[places[name]][0], name


def test_a_statement_without_lines_speaks_of_the_whole_page() -> None:
    for row in statements():
        assert bool(row["lines"]) != row["note"].endswith("whole page"), row["id"]


def test_statuses_are_those_of_the_documents() -> None:
    assert {row["id"] for row in statements() if row["status"] == "derived"} == DERIVED
    assert {row["status"] for row in statements()} == {"stated", "derived"}
    own = [row for row in triples() if row["derived"] and _is_own(row)]
    assert {row["statement"] for row in triples() if row["derived"] and row not in own} == PARTLY_DERIVED
    assert {row["statement"] for row in own} == COMPOSED


def _is_own(row: Row) -> bool:
    """Tell whether a derived triple is a name or a note in the words of the registry."""
    nodes = ("id:figure/", "id:gap/", "id:target/", "id:participation/", "id:search/")
    named = row["subject"].startswith(nodes) or row["statement"] in ("s001-024", "s003-007", "s003-061", "s003-066")
    return row["predicate"] == "skos:editorialNote" or (row["predicate"] == "rdfs:label" and named)


def test_a_triple_has_one_status_in_its_document() -> None:
    whole = {row["id"]: row["status"] for row in statements()}
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in triples():
        key = (row["statement"][:4], *(row[name] for name in _FACTS))
        found[key].add("derived" if row["derived"] else whole[row["statement"]])
    assert not [key for key, kinds in found.items() if len(kinds) > 1]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_entity_is_introduced_with_type_and_name(document: str) -> None:
    rows = [row for row in triples() if row["statement"][1:4] == document[:3]]
    used = {row["subject"] for row in rows} | {row["object"] for row in rows if row["kind"] == "term"}
    entities = {name for name in used if name.startswith("id:")}
    typed = {row["subject"] for row in rows if row["predicate"] == "rdf:type"}
    named = {row["subject"] for row in rows if row["predicate"] == "rdfs:label" and row["kind"] in ("en", "ar", "es")}
    assert not sorted(entities - typed), "used, but of no type"
    assert not sorted(entities - named), "used, but without a name"
    assert all(SLUG.fullmatch(name) for name in entities)


def test_a_text_has_the_language_of_its_statement() -> None:
    languages = {row["id"]: row for row in statements()}
    for row in triples():
        statement = languages[row["statement"]]
        if row["object"] == statement["value"] and statement["language"]:
            assert row["kind"] == statement["language"], row
