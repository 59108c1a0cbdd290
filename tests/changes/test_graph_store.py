"""Graph Store writes: PUT, POST and DELETE of a graph, of the default graph, and of the whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from medkg.access.roles import Role
from medkg.changes.requests import ALL, DEFAULT, Delete, Post, Put, Upload
from medkg.errors import AccessRefused, BadQuery, LimitExceeded, SourceError
from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.patch import BULK
from tests.changes.conftest import apply_to, caller
from tests.store.small_stores import check_whole, content

GRAPH = "http://base/g"
A, B, G = (NamedNode(f"http://base/{name}") for name in "abg")


def sent(folder: Path, text: str, ending: str = "ttl") -> Upload:
    """Give a body as it was sent."""
    file = folder / f"body-{len(list(folder.iterdir()))}"
    file.write_text(text)
    return Upload(file=file, format=ending, base="http://base/")


@pytest.mark.parametrize("target", [GRAPH, DEFAULT])
def test_put_replaces_and_says_whether_it_created(own: Settings, tmp_path: Path, target: str) -> None:
    first = apply_to(own, Put(target=target, uploads=(sent(tmp_path, "<a> <b> 1, 2, [] ."),)))
    assert (first.generation, first.added, first.existed, first.created) == (2, 3, False, True)
    second = apply_to(own, Put(target=target, uploads=(sent(tmp_path, "<a> <b> 2, 3 ."),)))
    assert (second.added, second.deleted, second.existed, second.created) == (1, 2, True, False)
    graph = DefaultGraph() if target == DEFAULT else G
    assert content(own.home) == {Quad(A, B, Literal(number), graph) for number in (2, 3)}
    assert not apply_to(own, Put(target=target, uploads=(sent(tmp_path, "<a> <b> 3, 2 ."),))).changed
    assert check_whole(own.home) == 3


def test_post_adds_from_several_bodies_and_keeps_their_blank_nodes_apart(own: Settings, tmp_path: Path) -> None:
    bodies = (sent(tmp_path, "_:x <b> 1 ."), sent(tmp_path, "_:x <b> 1 ."))
    done = apply_to(own, Post(target=GRAPH, uploads=bodies))
    assert (done.added, done.created) == (2, True)
    again = apply_to(own, Post(target=GRAPH, uploads=(sent(tmp_path, "<a> <b> 1 ."),)))
    assert (again.added, again.deleted, again.existed, again.created) == (1, 0, True, False)
    assert len({quad.subject for quad in content(own.home) if isinstance(quad.subject, BlankNode)}) == 2


def test_many_statements_are_put_and_posted(own: Settings, tmp_path: Path) -> None:
    def numbers(*between: int) -> Upload:
        return sent(tmp_path, "".join(f"<a> <b> {number} .\n" for number in range(*between)))

    assert apply_to(own, Post(target=GRAPH, uploads=(numbers(BULK + 9),))).added == BULK + 9
    assert apply_to(own, Post(target=GRAPH, uploads=(numbers(5, BULK + 19),))).added == 10
    put = apply_to(own, Put(target=GRAPH, uploads=(numbers(100, 2 * BULK + 200),)))
    assert (put.added, put.deleted) == (BULK + 181, 100)
    assert check_whole(own.home) == 4


def test_delete_empties_a_graph_and_leaves_the_others(own: Settings, tmp_path: Path) -> None:
    body = sent(tmp_path, "<a> <b> 1 . <http://base/g> { <a> <b> 2 . }", "trig")
    assert apply_to(own, Post(target=ALL, uploads=(body,))).added == 2
    missing = apply_to(own, Delete(target="http://base/none"))
    assert (missing.existed, missing.changed) == (False, False)
    done = apply_to(own, Delete(target=GRAPH))
    assert (done.deleted, done.existed) == (1, True)
    assert content(own.home) == {Quad(A, B, Literal(1), DefaultGraph())}
    assert Generations(own.home).manifest(done.generation).graphs == {"default": 1}
    assert apply_to(own, Delete(target=ALL)).deleted == 1
    assert content(own.home) == set()


def test_the_whole_is_replaced(own: Settings, tmp_path: Path) -> None:
    apply_to(own, Post(target=ALL, uploads=(sent(tmp_path, "<a> <b> 1 . <g> { <a> <b> 2 . }", "trig"),)))
    done = apply_to(own, Put(target=ALL, uploads=(sent(tmp_path, "<a> <b> 1 . <h> { <a> <b> 2 . }", "trig"),)))
    assert (done.added, done.deleted) == (1, 1)
    assert check_whole(own.home) == 3


@pytest.mark.parametrize(
    ("text", "ending", "message"),
    [
        ("<a> <b> 1 .\n<a> <b> oops .", "ttl", "the body, line 2"),
        ("<a> <b> 1 . <h> { <a> <b> 2 . }", "trig", "names another graph"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r/>', "rdf", "DOCTYPE is refused"),
        ('{"@context": "http://127.0.0.1:1/context", "a": 1}', "jsonld", "medkg fetches nothing"),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    own: Settings, tmp_path: Path, text: str, ending: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        apply_to(own, Put(target=GRAPH, uploads=(sent(tmp_path, text, ending),)))
    assert str(tmp_path) not in str(refused.value)
    assert Generations(own.home).list() == (1,)


def test_nesting_in_a_body_ends_the_child_only(own: Settings, tmp_path: Path) -> None:
    body = sent(tmp_path, "<a> <b> " + "(" * 3_000_000 + ")" * 3_000_000 + " .")
    try:
        apply_to(own, Put(target=GRAPH, uploads=(body,)))
    except (BadQuery, LimitExceeded, SourceError):
        assert Generations(own.home).list() == (1,)
    assert apply_to(own, Put(target=GRAPH, uploads=(sent(tmp_path, "<a> <b> 1 ."),))).generation >= 2


def test_roles_decide(own: Settings, tmp_path: Path) -> None:
    body = (sent(tmp_path, "<a> <b> 1 ."),)
    contributor, curator = (caller(role, "http://base/") for role in (Role.CONTRIBUTOR, Role.CURATOR))
    assert apply_to(own, Post(target=GRAPH, uploads=body), contributor).generation == 2
    for change in (Put(target=GRAPH, uploads=body), Delete(target=GRAPH), Post(target=DEFAULT, uploads=body)):
        with pytest.raises(AccessRefused):
            apply_to(own, change, contributor)
    with pytest.raises(AccessRefused):
        apply_to(own, Delete(target=ALL), curator)
    assert apply_to(own, Delete(target=GRAPH), curator).deleted == 1


def test_what_is_no_target_is_refused(own: Settings, union: Settings, tmp_path: Path) -> None:
    body = (sent(tmp_path, "<a> <b> 1 ."),)
    with pytest.raises(BadQuery, match="no absolute IRI"):
        apply_to(own, Put(target="not an IRI", uploads=body))
    with pytest.raises(BadQuery, match="names no graph"):
        apply_to(union, Put(target=DEFAULT, uploads=body))
    with pytest.raises(SourceError, match="names no graph"):
        apply_to(union, Post(target=ALL, uploads=body))
    assert apply_to(union, Put(target=GRAPH, uploads=body)).added == 1
