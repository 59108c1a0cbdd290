"""Saved meta-clusters are written as every change is, kept by builds, and shown with where they come from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import Literal, NamedNode, Quad, Triple

from medkg.access.roles import Role
from medkg.analysis.milestones import Statements, state
from medkg.analysis.saving import graph, structure
from medkg.changes.requests import Put, Upload
from medkg.changes.saving import change_saved
from medkg.cli import cli
from medkg.errors import AccessRefused, BadParameter, StoreError, Unavailable, ValidationError
from medkg.namespaces import GRAPH, ID, MK, RDF, SAVED, SCHEME, SKOS, Graphs
from medkg.settings import Settings, load_settings
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from medkg.web import create_app
from tests.changes.conftest import apply_to, caller
from tests.store.small_stores import content
from tests.web.conftest import close, settings_of

CHAIN = f"{SCHEME}value-chain/agri-food"
SOURCE = NamedNode(GRAPH + "external/test")


def said(subject: str, predicate: str, value: str) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), NamedNode(value), SOURCE)


def facts() -> list[Quad]:
    """Give two clusters of two countries on one value chain, and a method of two steps."""
    method = f"{ID}method/meta-cluster"
    quads = [
        quad
        for name, country in (("a", "italy"), ("b", "tunisia"))
        for quad in (
            said(f"{ID}structure/{name}", RDF + "type", MK + "Cluster"),
            said(f"{ID}structure/{name}", MK + "country", f"{ID}place/{country}"),
            said(f"{ID}structure/{name}", MK + "worksOnValueChain", CHAIN),
        )
    ]
    for number in (1, 2):
        step = f"{method}-step-{number}"
        quads.append(said(method, MK + "hasStep", step))
        for predicate, value in (
            (MK + "stepNumber", Literal(number)),
            (MK + "stepAction", Literal("do", language="en")),
        ):
            quads.append(Quad(NamedNode(step), NamedNode(predicate), value, SOURCE))
    return [*quads, said(CHAIN, RDF + "type", SKOS + "Concept")]


def publish(home: Path) -> None:
    with Writer(home) as writer:
        writer.replace(facts(), reason="build")


def of(home: Path) -> Settings:
    return load_settings({"home": home}, {})


def run(home: Path, *arguments: str) -> str:
    """Give what a command prints, run in this process; a refusal is raised."""
    done = CliRunner().invoke(cli, ["--home", str(home), "meta-cluster", *arguments], catch_exceptions=True)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a registry in which a proposal was saved and followed to the first step. Read only: take a copy."""
    made = tmp_path_factory.mktemp("followed") / "home"
    publish(made)
    run(made, "save", "--chain", "agri-food", "--on", "2026-11-22")
    run(made, "state", slug(made), "pilot", "--on", "2026-12")
    run(made, "step", slug(made), "1", "--on", "2027")
    return made


@pytest.fixture
def home(followed: Path, tmp_path: Path) -> Path:
    """Give a registry of that kind to change."""
    return Path(shutil.copytree(followed, tmp_path / "home"))


def slug(home: Path) -> str:
    """Give the name of the one that is saved."""
    (one,) = (name for name in Generations(home).manifest(Generations(home).served()).graphs if name.startswith(SAVED))
    return one.removeprefix(SAVED)


def test_the_commands_save_and_follow_a_pilot_once_each(home: Path) -> None:
    assert "nothing to change" in run(home, "save", "--chain", "agri-food", "--on", "2027")
    (one,) = json.loads(run(home, "list", "--json"))
    assert (one["structure"], one["state"], one["chain"]) == (structure(slug(home)).value, "pilot", CHAIN)
    assert (one["generation"], [item["on"] for item in one["milestones"]]) == (1, ["2026-11-22", "2026-12", "2027"])
    assert "id:method/meta-cluster-step-1" in run(home, "list")
    assert Generations(home).manifest(2).reason == "save a meta-cluster"
    assert Generations(home).served() == 4
    graphs = {quad.graph_name for quad in content(home) if quad.subject == structure(slug(home))}
    assert graphs == {graph(slug(home))}


def test_a_dry_run_prints_what_would_be_there_and_changes_nothing(home: Path) -> None:
    before = content(home)
    assert f"<{ID}method/meta-cluster-step-2>" in run(home, "step", slug(home), "2", "--on", "2028", "--dry-run")
    assert content(home) == before


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("state", "nobody", "pilot", "--on", "2027"), "nobody: no such meta-cluster is saved"),
        (("step", "nobody", "3", "--on", "2027"), "the method has no step 3. Its steps: 1, 2"),
        (("save", "--chain", "ict", "--on", "2027"), "nothing is known of .*ict"),
    ],
)
def test_what_cannot_be_is_refused_by_the_command(home: Path, command: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        run(home, *command)
    assert Generations(home).served() == 4


def test_a_date_that_is_none_is_wrong_usage(home: Path) -> None:
    assert "'in May': not a date" in run(home, "save", "--chain", "agri-food", "--on", "in May")


def test_a_build_keeps_what_was_saved(home: Path) -> None:
    before = {quad for quad in content(home) if quad.graph_name == graph(slug(home))}
    publish(home)
    assert before
    assert {quad for quad in content(home) if quad.graph_name == graph(slug(home))} == before


def test_the_page_names_it_and_says_that_it_was_saved(home: Path) -> None:
    app = create_app(settings_of(home))
    try:
        name = slug(home)
        page = app.test_client().get(f"/structure/{name}", headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert f'href="/saved/{name}">saved here</a>' in page
        assert "Meta-cluster mks:value-chain/agri-food (id:place/italy, id:place/tunisia)" in page
        assert "meta-cluster-proposals" in page
        assert page.count(">saved here</a>") > 20
        assert app.test_client().get(f"/saved/{name}.nt").status_code == 200
        assert app.test_client().get("/saved/nothing").status_code == 404
    finally:
        close(app)


def test_the_shapes_refuse_a_broken_one_and_nothing_is_published(home: Path) -> None:
    shapes = NamedNode(Graphs.SHAPES)
    with Writer(home) as writer:
        writer.replace([*facts(), Quad(shapes, shapes, shapes, shapes)], reason="build with shapes")
    before, name = content(home), SAVED + slug(home)

    def broken(held: Statements) -> Statements:
        return frozenset(one for one in held if one.predicate.value != MK + "reachedOn")

    with pytest.raises(ValidationError, match="Give the one date of the milestone"):
        change_saved(of(home), NamedNode(name), broken, reason="test")
    assert content(home) == before


def test_by_http_a_token_for_saved_graphs_can_put_the_same(home: Path, tmp_path: Path) -> None:
    name = slug(home)
    file = tmp_path / "body.nt"
    file.write_text(run(home, "step", name, "2", "--on", "2028", "--dry-run"))
    put = Put(target=SAVED + name, uploads=(Upload(file=file, format="nt"),))
    with pytest.raises(AccessRefused):
        apply_to(of(home), put, caller(Role.CURATOR, "https://example.org/"))
    assert apply_to(of(home), put, caller(Role.CURATOR, SAVED)).added == 4
    assert "nothing to change" in run(home, "step", name, "2", "--on", "2028")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda text: "\n".join(line for line in text.splitlines() if "-pilot>" not in line), "comes before this one"),
        (lambda text: text.replace('"2026-12"', '"2026-10"'), "later than this one"),
    ],
)
def test_by_http_the_order_of_states_is_checked(
    home: Path, tmp_path: Path, wrong: Callable[[str], str], told: str
) -> None:
    shapes = NamedNode(Graphs.SHAPES)
    with Writer(home) as writer:
        writer.replace([*facts(), Quad(shapes, shapes, shapes, shapes)], reason="build with shapes")
    name, before = slug(home), content(home)
    text = run(home, "state", name, "established", "--on", "2029", "--dry-run")
    file = tmp_path / "body.nt"
    file.write_text(wrong(text))
    assert file.read_text() != text
    put = Put(target=SAVED + name, uploads=(Upload(file=file, format="nt"),))
    with pytest.raises(ValidationError, match=told):
        apply_to(of(home), put, caller(Role.CURATOR, SAVED))
    assert content(home) == before


def test_nothing_is_written_where_it_cannot_be(tmp_path: Path) -> None:
    def made(_: Statements) -> Statements:
        return frozenset({Triple(structure("s"), NamedNode(MK + "structureStatus"), state("proposed"))})

    elsewhere = load_settings({"home": tmp_path, "store": "http://localhost:9/sparql"}, {})
    with pytest.raises(Unavailable, match="another service"):
        change_saved(elsewhere, graph("s"), made, reason="test")
    with pytest.raises((AccessRefused, StoreError), match="belongs to the build"):
        change_saved(of(tmp_path / "home"), NamedNode(GRAPH + "vocab"), made, reason="test")
