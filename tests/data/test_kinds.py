"""The kind of an organisation read from its name, by the rules and the engine of the build."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import GRAPH, ID, MK, RDF, RDFS, SCHEME, SKOS, Graphs
from medkg.progress import silent
from medkg.reasoning.fixpoint import run_to_fixpoint
from medkg.reasoning.rulefile import Rule, load_rules
from tests.data.lookup_tables import DATA, ONTOLOGY, mapped, rows

PATTERNS = rows(DATA / "derivation" / "kind-patterns.csv")
CASES = rows(Path(__file__).with_name("kind-cases.csv"))
RULES = [rule for rule in load_rules(ONTOLOGY / "rules") if rule.stratum == 2]
SOURCE = ox.NamedNode(GRAPH + "external/example")
ORGANISATION = ID + "actor/example"
TYPE = RDF + "type"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> list[ox.Quad]:
    """Give the pattern nodes as the build makes them of the table."""
    return mapped(tmp_path_factory.mktemp("data"), "derivation", "places")


def statement(subject: str, property_iri: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(property_iri), value, SOURCE)


def named(names: Iterable[str], iri: str = ORGANISATION) -> list[ox.Quad]:
    """Give an organisation with these names."""
    kind = statement(iri, TYPE, ox.NamedNode(MK + "Organisation"))
    return [kind, *(statement(iri, RDFS + "label", ox.Literal(name, language="en")) for name in names)]


def inferred(*parts: Iterable[ox.Quad], rules: Sequence[Rule] = RULES) -> ox.Store:
    """Run the rules over some quads, as the build does, and give the store with what they added."""
    scratch = ox.Store()
    for quad in (quad for part in parts for quad in part):
        scratch.add(quad)
        scratch.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    run_to_fixpoint(scratch, rules, silent)
    return scratch


def values(store: ox.Store, property_iri: str, iri: str = ORGANISATION) -> set[str]:
    """Give the local names that the rules inferred for a property of one thing."""
    graph = ox.NamedNode(Graphs.INFERRED)
    found = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(property_iri), None, graph)
    return {str(quad.object.value).rpartition("/")[2] for quad in found if isinstance(quad.object, ox.NamedNode)}


def only(catalog: Iterable[ox.Quad], pattern: str) -> list[ox.Quad]:
    return [quad for quad in catalog if quad.subject == ox.NamedNode(f"{ID}pattern/{pattern}")]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda row: row["id"])
def test_a_pattern_matches_its_example_and_not_its_counterexample(
    catalog: list[ox.Quad], pattern: dict[str, str]
) -> None:
    alone = only(catalog, pattern["id"])
    other = ORGANISATION + "-2"
    store = inferred(alone, named([pattern["example"]]), named([pattern["counterexample"]], other))
    assert values(store, MK + "kindReadBy") == {pattern["id"]}
    assert values(store, MK + "kindReadBy", other) == set()


def test_examples_keep_the_kind_of_their_pattern_beside_all_others(catalog: list[ox.Quad]) -> None:
    iris = {row["id"]: f"{ORGANISATION}-{row['id']}" for row in PATTERNS}
    store = inferred(catalog, *(named([row["example"]], iris[row["id"]]) for row in PATTERNS))
    read = {row["id"]: values(store, MK + "organisationType", iris[row["id"]]) for row in PATTERNS}
    assert read == {row["id"]: {row["organisation_type"]} - {""} for row in PATTERNS}


def test_patterns_of_one_priority_say_the_same() -> None:
    """Otherwise the better of two would be a matter of spelling."""
    meanings = defaultdict(set)
    for row in PATTERNS:
        meanings[row["priority"]].add((row["organisation_type"], row["class"], row["helix"]))
    assert {priority: found for priority, found in meanings.items() if len(found) > 1} == {}


def test_hints_are_lower_case_words_of_their_example() -> None:
    for row in PATTERNS:
        hints = row["contains"].split(";")
        assert [hint for hint in hints if hint != hint.lower() or hint != hint.strip() or not hint] == []


@pytest.mark.slow
def test_no_hint_hides_a_match(catalog: list[ox.Quad]) -> None:
    """With the empty hint every pattern is tried on every name; the kinds must come out the same."""
    iris = {row["name"]: f"{ORGANISATION}-{number}" for number, row in enumerate(CASES)}
    facts = [quad for name, iri in iris.items() for quad in named([name], iri)]
    hint = ox.NamedNode(MK + "patternHint")
    unhinted = {
        ox.Quad(quad.subject, hint, ox.Literal(""), quad.graph_name) if quad.predicate == hint else quad
        for quad in catalog
    }
    first = [rule for rule in RULES if rule.id == "kind-from-name"]
    read = MK + "kindReadBy"
    with_hints, without = inferred(catalog, facts, rules=first), inferred(unhinted, facts, rules=first)
    assert {iri: values(with_hints, read, iri) for iri in iris.values()} == {
        iri: values(without, read, iri) for iri in iris.values()
    }


def test_business_support_and_open_kinds_have_no_helix() -> None:
    doubtful = {"", "BusinessSupportOrganisation", "ChamberOfCommerce", "BusinessAssociation", "ClusterOrganisation"}
    assert [row["id"] for row in PATTERNS if row["class"].removeprefix("mk:") in doubtful and row["helix"]] == []


def test_names_of_the_registry_are_read_as_checked_by_hand(catalog: list[ox.Quad]) -> None:
    iris = {row["name"]: f"{ORGANISATION}-{number}" for number, row in enumerate(CASES)}
    store = inferred(catalog, *(named([name], iri) for name, iri in iris.items()))
    wrong = {}
    for row in CASES:
        read = values(store, MK + "organisationType", iris[row["name"]]) or {"unknown"}
        helix = values(store, MK + "inHelix", iris[row["name"]])
        if (read, helix) != ({row["organisation_type"]}, {row["helix"]} - {""}):
            wrong[row["name"]] = (read, helix)
    assert wrong == {}


def test_the_cases_cover_many_names_known_and_unknown() -> None:
    kinds = Counter(row["organisation_type"] for row in CASES)
    assert len({row["name"] for row in CASES}) == len(CASES) >= 200
    assert kinds["unknown"] >= 50
    assert len(kinds) >= 20


def test_type_class_and_helix_come_with_the_pattern(catalog: list[ox.Quad]) -> None:
    store = inferred(catalog, named(["Comune di Prato"]))
    assert values(store, MK + "kindReadBy") == {"municipality-it"}
    assert values(store, MK + "organisationType") == {"municipality"}
    assert values(store, TYPE) == {"Municipality"}
    assert values(store, MK + "inHelix") == {"government"}


def test_the_best_priority_of_all_names_wins(catalog: list[ox.Quad]) -> None:
    store = inferred(catalog, named(["IRIS Ricerche", "IRIS Consortium", "University of Example"]))
    assert values(store, MK + "kindReadBy") == {"university-en"}


def test_alternative_and_legal_names_are_read_too(catalog: list[ox.Quad]) -> None:
    other = ORGANISATION + "-2"
    store = inferred(
        catalog,
        named(["NTUA"]),
        [statement(ORGANISATION, SKOS + "altLabel", ox.Literal("Εθνικό Μετσόβιο Πολυτεχνείο", language="el"))],
        named(["INNOLABS"], other),
        [statement(other, MK + "legalName", ox.Literal("INNOLABS SRL", language="it"))],
    )
    assert values(store, MK + "kindReadBy") == {"university-el"}
    assert values(store, MK + "kindReadBy", other) == {"company-it"}


def test_an_open_pattern_keeps_weaker_ones_from_guessing(catalog: list[ox.Quad]) -> None:
    store = inferred(catalog, named(["SVIM - Sviluppo Marche S.r.l."]))
    assert values(store, MK + "kindReadBy") == {"open-development-company"}
    assert values(store, MK + "organisationType") == set()
    assert values(store, MK + "inHelix") == set()


def test_a_stated_type_is_left_alone(catalog: list[ox.Quad]) -> None:
    stated = statement(ORGANISATION, MK + "organisationType", ox.NamedNode(SCHEME + "organisation-type/foundation"))
    store = inferred(catalog, named(["University of Example"]), [stated])
    assert values(store, MK + "kindReadBy") == set()
    assert values(store, TYPE) == set()


def test_only_organisations_are_read(catalog: list[ox.Quad]) -> None:
    place = [
        statement(ORGANISATION, TYPE, ox.NamedNode(MK + "City")),
        statement(ORGANISATION, RDFS + "label", ox.Literal("Municipality of Prato", language="en")),
    ]
    assert values(inferred(catalog, place), MK + "kindReadBy") == set()
