"""The controlled vocabularies: every concept is named in each page language, defined, and in its place."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from tests.data.vocabulary_files import FILES, LANGUAGES, MK, SCHEME, SKOS, Vocabulary

#: What other parts rely on by its slug; a scheme may hold more.
REQUIRED = {
    "helix": "academia business government civil-society",
    "legal-status": "public private",
    "role": "lead partner contact-organisation associated",
    "figure-type": "total estimated-total eu-contribution partner-contribution other-funding",
    "comparator": "exactly more-than at-least at-most approximately",
    "project-status": "idea partner-search funded running ended unknown",
    "structure-status": "planned active closed",
    "claim-status": "stated derived external",
    "gap-kind": "absent label-without-value undisclosed not-named",
    "way": "target legacy member",
    "activity-type": "capacity-building training assistance international-partnering matchmaking brokerage networking "
    "policy-dialogue pilot event clustering",
    "output-type": "tool study mechanism best-practice method standard strategy action-programme product "
    "business-model service network training alliance",
    "resource-stream": "waste urban-waste recycled-material upcycled-material material-resource",
    "scale": "local urban regional national territorial cross-border transnational international pilot",
    "indicator-unit": "strategy network participant programme training msme event alliance cluster meta-cluster step "
    "share",
    "sector": "textile building cultural-creative-industries blue-economy green-economy "
    "electronics-informatics-telecommunications",
    "value-chain": "textile building smart-city",
}
HELIX_OF_SMART_CITY_GROUPS = {
    "business-world": "business",
    "academia-and-research": "academia",
    "public-and-city-authorities": "government",
    "citizens-and-wider-public": "civil-society",
}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    path: Path = request.param
    return Vocabulary(path)


def of(scheme: str) -> Vocabulary:
    return Vocabulary(next(path for path in FILES if path.stem == scheme))


def test_a_file_holds_one_scheme_named_like_it(vocabulary: Vocabulary) -> None:
    assert vocabulary.typed(SKOS + "ConceptScheme") == {vocabulary.iri}


def test_a_file_speaks_of_its_scheme_and_concepts_alone(vocabulary: Vocabulary) -> None:
    subjects = {quad.subject.value for quad in vocabulary.store if not isinstance(quad.subject, ox.Triple)}
    assert subjects == vocabulary.concepts | {vocabulary.iri}


def test_concept_iris_are_slugs_below_the_scheme(vocabulary: Vocabulary) -> None:
    form = re.compile(re.escape(vocabulary.iri) + r"/[a-z0-9]+(-[a-z0-9]+)*")
    assert [iri for iri in vocabulary.concepts if not form.fullmatch(iri)] == []


def test_each_has_exactly_one_label_in_each_page_language(vocabulary: Vocabulary) -> None:
    everything = vocabulary.concepts | {vocabulary.iri}
    counts = {iri: {tag: len(texts) for tag, texts in vocabulary.labels(iri).items()} for iri in everything}
    wrong = {iri: found for iri, found in counts.items() if found != dict.fromkeys(LANGUAGES, 1)}
    assert wrong == {}


def test_arabic_labels_are_in_arabic_letters_and_others_are_not(vocabulary: Vocabulary) -> None:
    arabic = re.compile(r"[\u0600-\u06FF]")
    for iri in vocabulary.concepts | {vocabulary.iri}:
        for tag, (text, *_) in vocabulary.labels(iri).items():
            assert bool(arabic.search(text)) == (tag == "ar"), (iri, tag, text)


def test_no_two_concepts_of_a_scheme_share_a_label(vocabulary: Vocabulary) -> None:
    names = Counter(
        (tag, text.casefold())
        for iri in vocabulary.concepts
        for tag, texts in vocabulary.labels(iri).items()
        for text in texts
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_each_is_defined_in_english_by_a_sentence(vocabulary: Vocabulary) -> None:
    for iri in vocabulary.concepts | {vocabulary.iri}:
        definitions = vocabulary.values(iri, SKOS + "definition")
        assert len(definitions) == 1, iri
        (definition,) = definitions
        assert isinstance(definition, ox.Literal)
        assert definition.language == "en", iri
        assert re.fullmatch(r"[A-Z].{10,}[.)]", definition.value), (iri, definition.value)


def test_each_concept_is_on_top_or_has_a_broader_one_of_its_scheme(vocabulary: Vocabulary) -> None:
    for iri in vocabulary.concepts:
        assert vocabulary.iris(iri, "inScheme") == {vocabulary.iri}
        broader, top_of = vocabulary.iris(iri, "broader"), vocabulary.iris(iri, "topConceptOf")
        assert (len(broader), len(top_of)) in {(1, 0), (0, 1)}, iri
        assert broader <= vocabulary.concepts, iri


def test_the_scheme_lists_its_top_concepts(vocabulary: Vocabulary) -> None:
    on_top = {iri for iri in vocabulary.concepts if vocabulary.iris(iri, "topConceptOf")}
    assert vocabulary.iris(vocabulary.iri, "hasTopConcept") == on_top


def test_no_concept_is_broader_than_itself(vocabulary: Vocabulary) -> None:
    for iri in vocabulary.concepts:
        seen: set[str] = set()
        current = {iri}
        while current:
            current = {wider for narrow in current for wider in vocabulary.iris(narrow, "broader")}
            assert iri not in current
            assert not current & seen
            seen |= current


@pytest.mark.parametrize("scheme", REQUIRED)
def test_a_scheme_has_the_concepts_others_rely_on(scheme: str) -> None:
    vocabulary = of(scheme)
    wanted = {f"{vocabulary.iri}/{slug}" for slug in REQUIRED[scheme].split()}
    assert wanted - vocabulary.concepts == set()


@pytest.mark.parametrize(
    ("scheme", "name"), [("value-chain", "ValueChain"), ("target-group", "TargetGroup"), ("driver", "Driver")]
)
def test_concepts_that_are_things_of_the_model_carry_its_class(scheme: str, name: str) -> None:
    vocabulary = of(scheme)
    assert vocabulary.typed(MK + name) == vocabulary.concepts


def test_every_resource_stream_has_one_class() -> None:
    vocabulary = of("resource-stream")
    classes = [vocabulary.typed(MK + name) for name in ("ResourceStream", "WasteStream", "SecondaryMaterial")]
    assert sorted(iri for members in classes for iri in members) == sorted(vocabulary.concepts)


def test_helix_of_target_groups_is_a_sphere() -> None:
    groups, spheres = of("target-group"), of("helix").concepts
    stated = {iri: {value.value for value in groups.values(iri, MK + "groupHelix")} for iri in groups.concepts}
    assert all(len(found) <= 1 and found <= spheres for found in stated.values())
    for slug, sphere in HELIX_OF_SMART_CITY_GROUPS.items():
        assert stated[f"{groups.iri}/{slug}"] == {f"{SCHEME}helix/{sphere}"}


def test_groups_that_mix_spheres_have_none() -> None:
    groups = of("target-group")
    for slug in ("business-support-organisations", "clusters", "public-and-private-authorities", "incubators"):
        assert groups.values(f"{groups.iri}/{slug}", MK + "groupHelix") == []
