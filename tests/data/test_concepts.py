"""From free text to concepts: every text of the tables is matched to a concept or listed with the reason why not."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from medkg.sources.catalogue import load_sources
from medkg.sources.documents import read_concepts
from medkg.sources.problems import Problems
from medkg.sources.vocabulary import load_vocabulary
from tests.data.lookup_tables import DATA, ONTOLOGY, rows
from tests.data.vocabulary_files import FILES, Vocabulary

MAPPINGS = rows(DATA / "mappings" / "concepts.csv")
UNMATCHED = rows(DATA / "mappings" / "unmatched.csv")


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def test_every_concept_exists() -> None:
    known = {iri.removeprefix("https://w3id.org/medkg/scheme/") for path in FILES for iri in Vocabulary(path).concepts}
    assert [row for row in MAPPINGS if f"{row['scheme']}/{row['concept']}" not in known] == []


def test_relations_are_those_the_build_knows() -> None:
    assert {row["relation"] for row in MAPPINGS} == {"exact", "broader", "related"}


def test_a_text_is_mapped_to_a_concept_once() -> None:
    pairs = Counter((folded(row["text"]), row["scheme"], row["concept"]) for row in MAPPINGS)
    assert [pair for pair, times in pairs.items() if times > 1] == []


def test_a_text_is_not_narrower_than_a_concept_below_which_it_is_exact() -> None:
    """An exact match makes the wider concept a matter of the vocabulary; a second row would say it twice."""
    above: dict[str, set[str]] = {
        iri: vocabulary.iris(iri, "broader") for vocabulary in map(Vocabulary, FILES) for iri in vocabulary.concepts
    }
    exact = defaultdict(set)
    for row in MAPPINGS:
        iri = f"https://w3id.org/medkg/scheme/{row['scheme']}/{row['concept']}"
        if row["relation"] == "exact":
            exact[folded(row["text"])].add(iri)
    doubled = [
        row
        for row in MAPPINGS
        if row["relation"] == "broader"
        and any(
            f"https://w3id.org/medkg/scheme/{row['scheme']}/{row['concept']}" in above[iri]
            for iri in exact[folded(row["text"])]
        )
    ]
    assert doubled == []


def test_every_text_of_the_tables_is_matched_or_listed() -> None:
    listed = {folded(row["text"]) for row in UNMATCHED}
    left = {folded(item.text) for item in load_sources(DATA, ONTOLOGY).unmatched}
    assert left - listed == set()


def test_a_listed_text_says_where_and_why() -> None:
    for row in UNMATCHED:
        assert len(row["where"].split(": ")) == 2, row
        assert len(row["reason"].split()) >= 5, row
    assert len({row["text"] for row in UNMATCHED}) == len(UNMATCHED)


@pytest.mark.parametrize(
    ("text", "scheme", "concepts"),
    [
        ("Blue Energy", "value-chain", {"blue-energy"}),
        ("blue growth", "value-chain", set()),
        ("agro-food", "value-chain", {"agri-food"}),
        ("footwear and fashion", "value-chain", {"footwear", "clothing-fashion"}),
        ("circular  economy", "theme", {"circular-economy"}),
    ],
)
def test_the_build_finds_concepts_by_text(text: str, scheme: str, concepts: set[str]) -> None:
    """Case and blanks make no difference, several concepts may stand for a text, related ones never do."""
    problems = Problems()
    table = read_concepts(DATA, load_vocabulary(ONTOLOGY), problems)
    problems.refuse_if_any()
    assert {concept for _, concept in table.find(text, [scheme]) or []} == concepts
