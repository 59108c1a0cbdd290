"""The made-up registry is like the shipped one: valid, of its proportions, as skewed; and the same each time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.bench.copies import NEW_BODIES, write_copies
from medkg.bench.shape import Shape, kind_of
from medkg.namespaces import ID, MK, SKOS, Graphs
from medkg.progress import silent
from medkg.settings import load_settings
from medkg.store.reader import Reader
from medkg.validation.report import Severity
from medkg.validation.shapes import validate

SMALL, LARGE = 80_000, 600_000
KEPT = f"{ID}project/innomed-up"


@pytest.fixture(scope="module")
def shape(shipped_home: Path) -> Shape:
    return Shape.of(Reader(shipped_home).snapshot().quads(), 1, [KEPT])


@pytest.fixture(scope="module")
def small(shape: Shape, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copies") / "small.nq"
    # Things are left out whole, and the largest of them are some thousand statements.
    assert SMALL * 0.8 < write_copies(shape, path, SMALL, 1, silent) <= SMALL
    return path


@pytest.fixture(scope="module")
def large(shape: Shape, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copies") / "large.nq"
    assert LARGE * 0.99 < write_copies(shape, path, LARGE, 1, silent) <= LARGE
    return path


def parts(path: Path) -> Iterator[tuple[str, str, str, str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            subject, predicate, rest = line[:-3].split(" ", 2)
            value, _, graph = rest.rpartition(" ")
            yield subject, predicate, value, graph


def test_a_small_one_breaks_no_shape(small: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=str(small), format=ox.RdfFormat.N_QUADS)
    report = validate(store, load_settings(environ={}).ontology / "shapes")
    assert report.by_severity(Severity.VIOLATION) == ()
    assert next(store.quads_for_pattern(ox.NamedNode(KEPT), None, None), None) is not None


def test_the_first_copy_is_the_registry_itself_and_no_statement_stands_twice(shape: Shape, large: Path) -> None:
    lines = large.read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) == len(lines)
    own = {f"{line.subject} {line.predicate} {line.object} {line.graph} ." for line in shape.lines}
    assert set(lines[: len(own)]) == own


def test_one_seed_gives_one_file_and_another_one_another(shape: Shape, small: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.nq", tmp_path / "other.nq"
    write_copies(shape, again, SMALL, 1, silent)
    assert again.read_bytes() == small.read_bytes()
    for path, seed in ((again, 1), (other, 2)):
        write_copies(shape, path, len(shape.lines) + SMALL, seed, silent)
    assert again.read_bytes() != other.read_bytes()


def kinds(things: Iterator[str]) -> Counter[str]:
    return Counter(map(kind_of, set(things)))


def test_things_grow_with_the_statements_and_places_do_not(shape: Shape, large: Path) -> None:
    before = kinds(line.subject for line in shape.lines)
    after = kinds(subject for subject, *_ in parts(large))
    for kind in ("project", "structure", "participation", "gap"):
        # Of 600,000 statements 545,000 are such as grow: 2.4 times those of the registry.
        assert 2.1 < after[kind] / before[kind] < 2.7, kind
    assert after["place"] == before["place"]
    assert after["programme"] == before["programme"]


def projects_of_bodies(lines: Iterator[tuple[str, str, str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for subject, predicate, value, graph in lines:
        if predicate == f"<{MK}partnerIn>" and graph == f"<{Graphs.INFERRED}>":
            found[subject].add(value)
    return found


def test_bodies_come_back_so_that_few_are_in_many_projects(shape: Shape, large: Path) -> None:
    before = projects_of_bodies((line.subject, line.predicate, line.object, line.graph) for line in shape.lines)
    after = projects_of_bodies(parts(large))
    copies = sum(map(len, after.values())) / sum(map(len, before.values()))
    # All bodies of the first copy, and of each further one the part that is new.
    expected = len(before) * (1 + NEW_BODIES * (copies - 1))
    assert expected * 0.9 < len(after) < expected * 1.1
    assert max(map(len, after.values())) > max(map(len, before.values()))
    assert sum(len(projects) == 1 for projects in after.values()) > len(after) / 2


def test_every_copy_has_names_of_its_own_one_for_each_language(large: Path) -> None:
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, predicate, value, graph in parts(large):
        if predicate == f"<{SKOS}prefLabel>" and graph == f"<{Graphs.PREFERRED}>":
            names[subject, value.rpartition('"')[2]].add(value)
    assert {len(found) for found in names.values()} == {1}
    assert names[f"<{KEPT}-copy-2>", "@en"] == {'"INNOMED-UP 2"@en'}
