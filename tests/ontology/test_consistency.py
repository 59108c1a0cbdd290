"""HermiT over the shipped ontology: it is consistent, and contradictions are found and explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, XSD

from medkg.errors import OntologyError
from medkg.namespaces import MK
from medkg.ontology.files import merge, module_files, ontology_files
from medkg.reasoning import consistency
from medkg.reasoning.consistency import check_consistency, is_consistent, reasoner_view, with_member
from medkg.reasoning.explanation import explain_contradiction, smallest_contradiction
from medkg.settings import load_settings

FOLDER = load_settings(environ={}).ontology
MODELS = Path(__file__).parent / "models"


def with_model(name: str) -> Graph:
    return merge([*ontology_files(FOLDER), MODELS / name])


@pytest.mark.reasoner
def test_the_shipped_ontology_is_consistent_and_each_class_can_have_members(ontology: Graph) -> None:
    found = check_consistency(ontology)
    assert found.consistent
    assert found.unsatisfiable == ()
    assert found.seconds < 60


@pytest.mark.reasoner
def test_the_made_up_network_is_consistent() -> None:
    assert is_consistent(with_model("network.ttl"))


@pytest.mark.reasoner
@pytest.mark.parametrize("name", ["region-as-country.ttl", "project-with-members.ttl"])
def test_a_contradiction_is_found(name: str) -> None:
    found = check_consistency(with_model(name))
    assert not found.consistent
    assert not found.sound


@pytest.mark.reasoner
def test_a_class_that_can_have_no_member_is_named() -> None:
    graph = with_model("empty-class.ttl")
    found = check_consistency(graph)
    assert found.consistent
    assert found.unsatisfiable == (MK + "CityState",)
    assert not is_consistent(with_member(graph, MK + "CityState"))


@pytest.mark.reasoner
@pytest.mark.slow
def test_a_contradiction_is_explained_by_its_axioms_and_their_modules() -> None:
    models = [MODELS / "disjoint-places.ttl", MODELS / "region-as-country.ttl"]
    axioms = explain_contradiction(merge([*module_files(FOLDER), *models]))
    assert [(str(axiom), axiom.group) for axiom in axioms] == [
        ("disjointness: mk:City, mk:Country, mk:MacroRegion, mk:Region", "disjointness of axioms"),
        ("https://example.org/shore rdf:type mk:Country", "facts of the data"),
        ("https://example.org/shore rdf:type mk:Region", "facts of the data"),
    ]


@pytest.mark.reasoner
def test_a_consistent_graph_has_nothing_to_explain(ontology: Graph) -> None:
    assert explain_contradiction(ontology) == []


@pytest.mark.reasoner
def test_what_is_not_owl_dl_is_refused() -> None:
    with pytest.raises(OntologyError, match=r"HermiT refuses it: .*Non-simple property"):
        check_consistency(with_model("not-description-logic.ttl"))


def test_the_view_leaves_out_imports_and_dates_only(ontology: Graph) -> None:
    gone = set(ontology) - set(reasoner_view(ontology))
    assert gone
    assert all(p == OWL.imports or (isinstance(o, Literal) and o.datatype == XSD.date) for _, p, o in gone)
    assert URIRef(MK + "Cluster") in set(reasoner_view(ontology).subjects())


def test_a_missing_reasoner_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch, ontology: Graph) -> None:
    monkeypatch.setattr(consistency, "find_spec", lambda name: None)
    with pytest.raises(
        OntologyError, match=r"HermiT is not installed\. Install it with: pip install 'medkg\[reasoner\]'"
    ):
        check_consistency(ontology)


@pytest.mark.parametrize("guilty", [{3}, {0, 7}, {1, 2, 5}, set(range(8))])
def test_the_smallest_contradiction_is_found_whatever_it_is(guilty: set[int]) -> None:
    def hold_together(parts: list[int]) -> bool:
        return not guilty <= set(parts)

    assert set(smallest_contradiction(list(range(8)), hold_together)) == guilty
