"""The choice of names, single values and figures where sources disagree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.namespaces import ID, MK, RDFS, SCHEME, SKOS, Graphs
from medkg.reasoning.rules import infer


@pytest.fixture
def store(with_ontology: Callable[[str], ox.Store], rules: Path) -> ox.Store:
    store = with_ontology("preferred.trig")
    infer(store, rules)
    return store


def preferred(store: ox.Store, entity: str, predicate: str) -> set[str]:
    graph = ox.NamedNode(Graphs.PREFERRED)
    found = store.quads_for_pattern(ox.NamedNode(ID + entity), ox.NamedNode(predicate), None, graph)
    return {str(quad.object) for quad in found}


def test_narrowest_bounds_win_over_the_founding_document(store: ox.Store) -> None:
    chosen = preferred(store, "project/innomed-up", MK + "hasBudgetFigure")
    assert chosen == {f"<{ID}figure/innomed-up-total-early>", f"<{ID}figure/innomed-up-eu-late>"}


def test_name_of_a_project_is_the_acronym_of_the_founding_document(store: ox.Store) -> None:
    assert preferred(store, "project/innomed-up", SKOS + "prefLabel") == {'"INNOMED-UP"@en'}


def test_one_name_per_language_founding_first(store: ox.Store) -> None:
    names = {'"Harbour Lab"@en', '"Laboratoire du port"@fr', '"Laboratorio del porto"@it'}
    assert preferred(store, "actor/lab", SKOS + "prefLabel") == names


def test_one_name_of_all_english_first(store: ox.Store) -> None:
    assert preferred(store, "actor/lab", RDFS + "label") == {'"Harbour Lab"@en'}
    assert preferred(store, "project/innomed-up", RDFS + "label") == {'"INNOMED-UP"@en'}


def test_everything_named_has_exactly_one_such_name(store: ox.Store) -> None:
    graph = ox.NamedNode(Graphs.PREFERRED)
    named = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(SKOS + "prefLabel"), None, graph)}
    single = [quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "label"), None, graph)]
    assert len(single) == len(named)
    assert set(single) == named


def test_what_only_joins_others_is_named_after_them(store: ox.Store) -> None:
    assert preferred(store, "participation/innomed-up-lab", RDFS + "label") == {'"INNOMED-UP – Harbour Lab"'}
    assert preferred(store, "participation/innomed-up-port", RDFS + "label") == {'"The port in INNOMED-UP"@en'}


def test_a_gap_is_named_in_every_language_its_property_has(store: ox.Store) -> None:
    asked = (ox.NamedNode(MK + "gapAbout"), ox.NamedNode(ID + "project/innomed-up"), ox.NamedNode(Graphs.INFERRED))
    gaps = [quad.subject for quad in store.quads_for_pattern(None, *asked)]
    assert gaps
    for gap in gaps:
        assert isinstance(gap, ox.NamedNode)
        names = preferred(store, gap.value.removeprefix(ID), SKOS + "prefLabel")
        assert len(names) == 5, f"{gap} has the names {names}"
        assert all("INNOMED-UP – " in name for name in names)


def test_external_sources_follow_the_order_of_their_list(store: ox.Store) -> None:
    assert preferred(store, "actor/port", SKOS + "prefLabel") == {'"Port B"@en'}
    assert preferred(store, "actor/port", MK + "legalStatus") == {f"<{SCHEME}legal-status/private>"}


def test_founding_value_wins_among_equally_precise_ones(store: ox.Store) -> None:
    assert preferred(store, "actor/lab", MK + "legalStatus") == {f"<{SCHEME}legal-status/public>"}


def test_month_wins_over_the_year_of_the_founding_document(store: ox.Store) -> None:
    chosen = preferred(store, "project/innomed-up", MK + "startDate")
    assert chosen == {'"2019-09"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'}


def test_terms_of_the_ontology_have_one_name_per_language(store: ox.Store) -> None:
    graph, label = ox.NamedNode(Graphs.PREFERRED), ox.NamedNode(SKOS + "prefLabel")
    found = [quad.object for quad in store.quads_for_pattern(ox.NamedNode(MK + "Project"), label, None, graph)]
    assert sorted(term.language or "" for term in found if isinstance(term, ox.Literal)) == [
        "ar",
        "en",
        "es",
        "fr",
        "it",
    ]


def test_a_code_is_no_name_of_what_has_one(store: ox.Store) -> None:
    assert preferred(store, "place/attica", SKOS + "prefLabel") == {'"Attique"@fr'}
    assert preferred(store, "place/attica", RDFS + "label") == {'"Attique"@fr'}
    assert preferred(store, "place/epirus", SKOS + "prefLabel") == {'"Epirus"@en'}


def test_a_code_stands_in_where_there_is_no_name(store: ox.Store) -> None:
    assert preferred(store, "place/nameless", SKOS + "prefLabel") == {'"XX9"'}


def test_tie_is_decided_by_the_alphabet(with_ontology: Callable[[str], ox.Store], rules: Path) -> None:
    store = with_ontology("preferred.trig")
    place = ox.NamedNode(ID + "place/coast")
    source = ox.NamedNode(Graphs.EXTERNAL + "late")
    for name in ("Shore", "Coast"):
        label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
        store.add(ox.Quad(place, label, ox.Literal(name, language="en"), source))
    infer(store, rules)
    assert preferred(store, "place/coast", SKOS + "prefLabel") == {'"Coast"@en'}
