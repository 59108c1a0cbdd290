"""The narrow validation of a change finds what a validation of the whole finds, before and after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.errors import ValidationError
from medkg.namespaces import ID, MK, RDF, RDFS, SKOS
from medkg.settings import load_settings
from medkg.validation.narrow import ChangeValidation, read_plan
from medkg.validation.report import Finding, Report
from medkg.validation.shapes import validate

ONTOLOGY = load_settings(environ={}).ontology
SHAPES = ONTOLOGY / "shapes"
MINE = ox.NamedNode("https://example.org/graph/mine")
TYPE = ox.NamedNode(RDF + "type")
EXAMPLES = sorted(path for path in (ONTOLOGY / "examples").glob("*/*") if path.suffix in {".ttl", ".trig"})
VALID = [path for path in EXAMPLES if path.parent.name == "valid"]


def quads_of(path: Path) -> list[ox.Quad]:
    """Give the statements of an example; those of Turtle in a graph of a contributor."""
    if path.suffix == ".trig":
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TRIG))
    found = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, MINE) for quad in found]


def store_of(quads: Collection[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def bare(report: Report) -> set[Finding]:
    return {replace(finding, origins=()) for finding in report.findings}


@lru_cache(maxsize=512)
def whole_of(quads: frozenset[ox.Quad]) -> Report:
    return validate(store_of(quads), SHAPES)


def assert_same(old: Collection[ox.Quad], new: Collection[ox.Quad]) -> None:
    """Compare what a change brings and mends by both ways, and the counts after it."""
    before, after = store_of(old), store_of(new)
    whole = whole_of(frozenset(old)), whole_of(frozenset(new))
    change = set(old) ^ set(new)
    narrow = ChangeValidation(read_plan(SHAPES), before, after, change).verdict(whole[0].counts)
    assert bare(narrow.after) - bare(narrow.before) == bare(whole[1]) - bare(whole[0])
    assert bare(narrow.before) - bare(narrow.after) == bare(whole[0]) - bare(whole[1])
    assert narrow.counts(whole[0].counts) == dict(whole[1].counts)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_example_that_is_added_is_judged_as_in_the_whole(path: Path) -> None:
    assert_same([], quads_of(path))


@pytest.mark.parametrize("path", [path for path in EXAMPLES if path not in VALID], ids=lambda path: path.stem)
def test_an_example_that_is_mended_is_judged_as_in_the_whole(path: Path) -> None:
    """Each wrong example differs little from what its shape accepts."""
    assert_same(quads_of(path), quads_of(path)[1:])


@cache
def ground() -> list[ox.Quad]:
    """Give a small registry: what all shapes and checks accept, together."""
    return sorted({quad for path in VALID for quad in quads_of(path)}, key=str)


@cache
def pool() -> list[ox.Quad]:
    """Give statements to add: of the wrong examples, and types, classes and properties that cross them."""
    wrong = {quad for path in EXAMPLES if path not in VALID for quad in quads_of(path)}
    nodes = sorted({quad.subject for quad in ground() if isinstance(quad.subject, ox.NamedNode)}, key=str)[:40]
    kinds = [ox.NamedNode(MK + name) for name in ("Project", "Cluster", "City", "SourceDocument", "Nonsense")]
    kinds += [ox.NamedNode("http://xmlns.com/foaf/0.1/Person"), ox.NamedNode("https://example.org/Kind")]
    below = ox.NamedNode(RDFS + "subClassOf")
    crossed = {ox.Quad(node, TYPE, kind, MINE) for node in nodes for kind in kinds}
    crossed |= {ox.Quad(kinds[-1], below, kind, MINE) for kind in kinds}
    texts = [ox.Literal(text) for text in ("me@example.org", "+39 06 1234 5678", "plain")]
    names = [ox.NamedNode(name) for name in (RDFS + "label", SKOS + "prefLabel", MK + "nonsense", "urn:foreign")]
    crossed |= {ox.Quad(node, name, text, MINE) for node in nodes for name in names for text in texts}
    links = [ox.NamedNode(name) for name in (SKOS + "broader", MK + "locatedIn", MK + "refines", "urn:link")]
    targets = [*nodes[:10], ox.NamedNode(ID + "nobody")]
    crossed |= {ox.Quad(node, link, target, MINE) for node in nodes for link in links for target in targets}
    return sorted(wrong | crossed, key=str)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(0, 10**6), max_size=6),
    st.lists(st.integers(0, 10**6), max_size=6),
    st.lists(st.integers(0, 10**6), max_size=3),
)
def test_random_changes_are_judged_as_in_the_whole(first: list[int], added: list[int], deleted: list[int]) -> None:
    """``first`` are wrong statements that are there already."""

    def some(numbers: list[int], among: list[ox.Quad]) -> set[ox.Quad]:
        return {among[number % len(among)] for number in numbers}

    old = set(ground()) | some(first, pool())
    new = (old | some(added, pool())) - some(deleted, sorted(old, key=str))
    assert_same(old, new)


def reached(*quads: ox.Quad) -> ChangeValidation:
    """Give the validation of an addition to the small registry."""
    return ChangeValidation(read_plan(SHAPES), store_of(ground()), store_of([*ground(), *quads]), quads)


def test_what_no_shape_or_check_mentions_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    thing, kind = ox.NamedNode("https://example.org/thing"), ox.NamedNode("https://example.org/Kind")
    link = ox.NamedNode("https://example.org/link")

    def never(*_: object) -> list[Finding]:
        raise AssertionError("it was looked at")

    monkeypatch.setattr("medkg.validation.narrow.run_check", never)
    monkeypatch.setattr("medkg.validation.narrow.shacl_findings", never)
    verdict = reached(ox.Quad(thing, TYPE, kind, MINE), ox.Quad(thing, link, kind, MINE)).verdict({})
    assert verdict.after.findings == ()


def test_a_refusal_names_what_is_new() -> None:
    person = ox.Quad(ox.NamedNode(ID + "x"), TYPE, ox.NamedNode("http://xmlns.com/foaf/0.1/Person"), MINE)
    store = store_of([*ground(), person])
    with pytest.raises(ValidationError, match="Remove the person"):
        reached(person).verdict({}).require_nothing_new(store)
