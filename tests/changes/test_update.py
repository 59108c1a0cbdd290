"""SPARQL Update: what is published, what is refused, and that a refusal changes nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from medkg.access.roles import Role
from medkg.changes.carrying import carry_out
from medkg.changes.requests import Update
from medkg.cli.init import make_registry
from medkg.errors import AccessRefused, BadQuery, LimitExceeded, StoreBusy
from medkg.namespaces import GRAPH
from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.writer import Writer
from tests.changes.conftest import apply_to, caller
from tests.store.small_stores import check_whole, content

A, B, G, H = (NamedNode(f"http://base/{name}") for name in "abgh")


def update(text: str, **options: tuple[str, ...]) -> Update:
    return Update(text=text, base="http://base/", **options)


def test_an_update_publishes_a_generation_and_says_which(own: Settings) -> None:
    done = apply_to(own, update("INSERT DATA { <a> <b> 1 . GRAPH <g> { <a> <b> _:x , _:x , _:y } }"))
    assert (done.generation, done.added, done.deleted, done.changed) == (2, 3, 0, True)
    assert Generations(own.home).manifest(2).graphs == {"default": 1, "http://base/g": 2}
    assert check_whole(own.home) == 2


def test_an_update_without_an_effect_publishes_nothing(own: Settings) -> None:
    apply_to(own, update("INSERT DATA { <a> <b> 1 }"))
    for text in ("INSERT DATA { <a> <b> 01 }", "DELETE WHERE { <x> ?p ?o }", "", "CREATE GRAPH <g>", "CLEAR NAMED"):
        done = apply_to(own, update(text))
        assert (done.generation, done.changed) == (2, False)
    undone = apply_to(own, update("DELETE DATA { <a> <b> 1 } ; INSERT DATA { <a> <b> 1 }"))
    assert not undone.changed
    assert Generations(own.home).list() == (1, 2)


def test_what_where_sees_is_the_union_where_that_is_the_rule(union: Settings) -> None:
    apply_to(union, update("INSERT DATA { GRAPH <g> { <a> <b> 1 } GRAPH <h> { <a> <b> 2 } }"))
    done = apply_to(
        union, update("DELETE { GRAPH <g> { ?s ?p 1 } } INSERT { GRAPH <g> { ?s ?p 3 } } WHERE { ?s ?p 2 }")
    )
    assert (done.added, done.deleted) == (1, 1)
    done = apply_to(union, update("INSERT { GRAPH ?g { ?s <seen> ?o } } WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p ?o } }"))
    assert done.added == 2
    assert check_whole(union.home) == 4


def test_a_statement_without_a_graph_is_refused_where_there_is_no_default_graph(union: Settings) -> None:
    with pytest.raises(BadQuery, match="names no graph"):
        apply_to(union, update("INSERT DATA { <a> <b> 1 }"))
    assert Generations(union.home).list() == (1,)


def test_the_data_set_beside_the_text_counts_for_every_operation(own: Settings) -> None:
    apply_to(own, update("INSERT DATA { <d> <b> 0 . GRAPH <g> { <a> <b> 1 } GRAPH <h> { <a> <b> 2 } }"))
    asked = "INSERT { ?s <seen> ?o } WHERE { ?s <b> ?o }"
    apply_to(own, update(asked, using_graphs=("http://base/g",)))
    found = [quad.object for quad in content(own.home) if quad.predicate.value.endswith("seen")]
    assert found == [Literal(1)]
    every = "INSERT { GRAPH ?g { ?s <named> ?o } } WHERE { GRAPH ?g { ?s <b> ?o } }"
    assert apply_to(own, update(every, using_named_graphs=("http://base/h",))).added == 1
    assert apply_to(own, update(every, using_graphs=("http://base/h",))).added == 0
    for text in ("WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "DELETE { ?s ?p 1 } USING <g> WHERE { ?s ?p 1 }"):
        with pytest.raises(BadQuery, match="names its data set beside the text"):
            apply_to(own, update(text, using_graphs=("http://base/h",)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("INSERT DATA { <a> <b> }", "error at 1:"),
        ("INSERT DATA { <a> <b> 1 } ; CLEAR GRAPH <nowhere>", "does not exist"),
        ("LOAD <http://127.0.0.1:1/x>", "LOAD is refused"),
        ("INSERT { ?s ?p ?o } WHERE { SERV\\u0049CE <http://127.0.0.1:1/x> { ?s ?p ?o } }", "SERVICE is refused"),
        ("ASK {}", "not valid SPARQL"),
        ("INSERT DATA { _:a <b> 1 } ; INSERT DATA { _:a <b> 2 }", "cannot be shared"),
    ],
)
def test_what_is_no_update_is_refused_and_changes_nothing(own: Settings, text: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        apply_to(own, update(text))
    assert Generations(own.home).list() == (1,)
    assert apply_to(own, update("INSERT DATA { <a> <b> 1 }")).generation == 2


def test_nesting_ends_the_child_only(own: Settings) -> None:
    with pytest.raises((BadQuery, LimitExceeded)):
        apply_to(own, update(f"INSERT {{ <a> <b> <c> }} WHERE {'{' * 400_000}{'}' * 400_000}"))
    assert apply_to(own, update("INSERT DATA { <a> <b> 1 }")).generation == 2


def test_an_endless_update_is_ended_in_time_and_changes_nothing(own: Settings) -> None:
    values = " ".join(str(number) for number in range(400))
    tables = " ".join(f"VALUES ?v{n} {{ {values} }}" for n in range(5))
    with pytest.raises(LimitExceeded) as refused:
        apply_to(own, update(f"INSERT {{ <a> <b> ?v0 }} WHERE {{ {tables} FILTER(?v0 + ?v1 + ?v4 < 0) }}"), seconds=1.5)
    assert refused.value.limit == "seconds"
    assert Generations(own.home).list() == (1,)
    assert apply_to(own, update("INSERT DATA { <a> <b> 1 }")).generation == 2


def test_an_update_that_wants_too_much_memory_changes_nothing(own: Settings) -> None:
    doubled = "BIND(CONCAT(?x, ?x) AS ?x0)" + "".join(f" BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(34))
    text = " ".join(("INSERT { <a> <b> ?x34 } WHERE { VALUES ?x { 'ab' }", doubled, "}"))
    with pytest.raises(LimitExceeded) as refused:
        apply_to(own, update(text), memory_mib=1024)
    assert refused.value.limit == "memory_mib"
    assert apply_to(own, update("INSERT DATA { <a> <b> 1 }")).generation == 2


@pytest.mark.parametrize("memory", [128, 512])
def test_the_store_itself_does_not_count_as_memory_of_a_change(own: Settings, memory: int) -> None:
    many = " ".join(f"<a> <b> {number} ." for number in range(10_000))
    assert apply_to(own, update(f"INSERT DATA {{ {many} }}"), memory_mib=memory).added == 10_000
    assert apply_to(own, update("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"), memory_mib=memory).deleted == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH <other> { <a> <b> 1 } }",
        "PREFIX x: <http://base/oth> INSERT DATA { GRAPH x:er { <a> <b> 1 } }",
        "INSERT { GRAPH ?g { <a> <b> 1 } } WHERE { BIND(IRI(CONCAT('http://base/', 'other')) AS ?g) }",
        "COPY <mine/a> TO <other>",
        "ADD <mine/a> TO DEFAULT",
        "INSERT DATA { <a> <b> 1 }",
        "CLEAR GRAPH <theirs>",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_no_way_of_writing_leads_into_a_graph_of_others(own: Settings, text: str) -> None:
    apply_to(own, update("INSERT DATA { GRAPH <mine/a> { <a> <b> 1 } GRAPH <theirs> { <a> <b> 1 } }"))
    with pytest.raises(AccessRefused) as refused:
        apply_to(own, update(text), caller(Role.CURATOR, "http://base/mine/"))
    assert refused.value.known
    assert refused.value.subject in {"http://base/other", "http://base/theirs", "the default graph"}
    assert Generations(own.home).list() == (1, 2)
    allowed = update("DELETE WHERE { GRAPH <mine/a> { ?s ?p ?o } } ; INSERT DATA { GRAPH <mine/b> { <a> <b> 1 } }")
    assert apply_to(own, allowed, caller(Role.CURATOR, "http://base/mine/")).generation == 3


def test_a_contributor_adds_and_deletes_nothing(own: Settings) -> None:
    who = caller(Role.CONTRIBUTOR, "http://base/")
    assert apply_to(own, update("INSERT DATA { GRAPH <g> { <a> <b> 1 } }"), who).generation == 2
    with pytest.raises(AccessRefused, match="change or remove"):
        apply_to(own, update("DELETE DATA { GRAPH <g> { <a> <b> 1 } }"), who)
    with pytest.raises(AccessRefused):
        apply_to(own, update(""), caller(Role.READER))


def test_graphs_of_the_build_are_refused_to_everybody(own: Settings) -> None:
    with pytest.raises(AccessRefused, match="belongs to the build"):
        apply_to(own, update(f"INSERT DATA {{ GRAPH <{GRAPH}claims> {{ <a> <b> 1 }} }}"))


def test_a_change_waits_for_another_writer_and_then_gives_up(own: Settings) -> None:
    with Writer(own.home), pytest.raises(StoreBusy):
        apply_to(own, update("INSERT DATA { <a> <b> 1 }"))


TERMS = st.sampled_from(["<a>", "<b>", "1", "'x'@en"])
LINES = st.builds("{} {} {} .".format, st.sampled_from(["<a>", "<b>"]), st.sampled_from(["<a>", "<b>"]), TERMS)
PLACES = st.sampled_from(["{}", "GRAPH <g> {{ {} }}", "GRAPH <h> {{ {} }}"])
QUADS = st.lists(st.builds(lambda place, line: place.format(line), PLACES, LINES), max_size=4).map(" ".join)
TEMPLATES = st.sampled_from(
    ["?s ?p ?o", "GRAPH <g> { ?s ?p ?o }", "GRAPH <h> { ?o ?p ?s } ?s <a> ?o", "GRAPH ?o { ?s ?p 1 }"]
)
WHERES = st.sampled_from(["?s ?p ?o", "GRAPH <g> { ?s ?p ?o }", "GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?o))"])
OPERATIONS = st.one_of(
    QUADS.map("INSERT DATA {{ {} }}".format),
    QUADS.map("DELETE DATA {{ {} }}".format),
    WHERES.map("DELETE WHERE {{ {} }}".format).filter(lambda text: "FILTER" not in text),
    st.builds("DELETE {{ {} }} INSERT {{ {} }} WHERE {{ {} }}".format, TEMPLATES, TEMPLATES, WHERES),
    st.builds("WITH <g> DELETE {{ {} }} WHERE {{ {} }}".format, TEMPLATES, WHERES),
    st.builds("INSERT {{ {} }} USING <g> USING NAMED <h> WHERE {{ {} }}".format, TEMPLATES, WHERES),
    st.sampled_from(["CLEAR SILENT GRAPH <g>", "DROP ALL", "COPY SILENT <g> TO DEFAULT", "MOVE SILENT <h> TO <g>"]),
    st.sampled_from(["ADD SILENT DEFAULT TO <h>", "CLEAR DEFAULT", "CLEAR NAMED"]),
)
START = [Quad(A, B, Literal(1), DefaultGraph()), Quad(A, B, B, G), Quad(B, A, A, H), Quad(A, A, Literal("x"), G)]


@settings(max_examples=12, deadline=None)
@given(st.lists(OPERATIONS, min_size=1, max_size=3).map(" ;\n".join))
def test_the_effect_is_that_of_the_engine(text: str) -> None:
    check_effect(text)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX : <http://base/> # a\nINSERT # b\n DATA # c\n { # d\n :a :b 5 # e\n } # f",
        "DELETE # a\n { ?s ?p ?o # b\n } INSERT { GRAPH <g> { ?s ?p 7 # c\n } # d\n } WHERE { ?s ?p ?o # e\n } # f",
        "WITH <g> # a\n DELETE { ?s ?p ?o } # b\n USING # c\n <h> # d\n WHERE # e\n { ?o ?p ?s } # f",
        "WITH <g> DELETE { GRAPH ?s { ?s ?p ?o } } # a\n INSERT { ?o ?p ?s } USING NAMED <h> # b\n"
        " USING <g> WHERE { ?s ?p ?o GRAPH <h> { ?b ?c ?d } } # c",
        "DELETE # a\n WHERE # b\n { GRAPH ?g { ?s ?p 1 # c\n } } # d",
        "INSERT { ?s <where> ?o . ?s <using> 'USING WHERE' } # WHERE\n WHERE { ?s <b> ?o }",
    ],
)
def test_comments_and_words_in_odd_places_change_nothing(text: str) -> None:
    check_effect(text)


def check_effect(text: str) -> None:
    """Hold the effect of an update, on a store of a few statements, against what the engine makes of it."""
    expected = Store()
    expected.extend(START)
    expected.update(text, base_iri="http://base/")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        make_registry(Path(folder), "own")
        with Writer(Path(folder), default_graph="own") as writer:
            wish = Update(text=f"INSERT DATA {{ {' '.join(map(as_written, START))} }}")
            writer.change(lambda draft: carry_out(draft, wish, union=False), lambda *_: {}, reason="start")
            writer.change(lambda draft: carry_out(draft, update(text), union=False), lambda *_: {}, reason="test")
        assert content(Path(folder)) == set(expected)
        check_whole(Path(folder))


def as_written(quad: Quad) -> str:
    triple = f"{quad.subject} {quad.predicate} {quad.object} ."
    return triple if quad.graph_name == DefaultGraph() else f"GRAPH {quad.graph_name} {{ {triple} }}"


@pytest.mark.parametrize("text", ["LOAD SILENT <urn:nothing>", "LOAD SILENT <http://127.0.0.1:1/x> INTO GRAPH <urn:g>"])
def test_load_silent_fetches_nothing_and_succeeds(own: Settings, text: str) -> None:
    done = apply_to(own, Update(text=f"{text} ; INSERT DATA {{ <urn:a> <urn:b> <urn:c> }}"))
    assert (done.added, done.deleted) == (1, 0)
