"""What each role may do, to which graphs."""

from __future__ import annotations

import re

import pytest

from medkg.access import roles
from medkg.access.caller import Caller, anonymous, covers
from medkg.access.roles import LEAST_ROLE, Action, Role, may
from medkg.errors import AccessRefused

HERE, THERE = "https://example.org/graph/here", "https://example.org/graph/there"


def bearer(role: Role, *graphs: str) -> Caller:
    return Caller("0011223344", role, None if role is Role.ADMIN else graphs, "token:0011223344", "a machine")


def test_roles_are_in_order_and_each_may_what_those_before_it_may() -> None:
    assert [role.word for role in sorted(Role)] == ["anonymous", "reader", "contributor", "curator", "admin"]
    for action in Action:
        allowed = [may(role, action) for role in Role]
        assert allowed == sorted(allowed), action


def test_the_table_of_the_module_says_what_the_code_does() -> None:
    rows = re.findall(r"^(\w+) {3,}(yes.*)$", roles.__doc__ or "", re.MULTILINE)
    assert [row[0] for row in rows] == [role.word for role in Role]
    columns = [Action.QUERY, Action.ADD, Action.CHANGE, Action.WHOLE]
    for word, cells in rows:
        role = Role.named(word)
        assert role is not None
        assert len(cells.split("  ")) - cells.split("  ").count("") == sum(may(role, action) for action in columns)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_a_role_is_needed_whatever_the_graphs(role: Role, action: Action) -> None:
    assert bearer(role, HERE).allows(action, HERE) is (role >= LEAST_ROLE[action])


@pytest.mark.parametrize("action", [Action.ADD, Action.CHANGE])
def test_a_graph_of_somebody_else_is_refused(action: Action) -> None:
    curator = bearer(Role.CURATOR, HERE)
    curator.require(action, HERE)
    with pytest.raises(AccessRefused, match=re.escape(THERE)) as refused:
        curator.require(action, THERE)
    assert refused.value.known
    with pytest.raises(AccessRefused, match="the default graph"):
        curator.require(action)


def test_the_default_graph_is_named_by_a_word_of_its_own() -> None:
    assert bearer(Role.CURATOR, "default").allows(Action.CHANGE, None)
    assert not bearer(Role.CURATOR, "default").allows(Action.CHANGE, HERE)


def test_an_admin_may_write_every_graph() -> None:
    for graph in (HERE, THERE, None):
        bearer(Role.ADMIN).require(Action.CHANGE, graph)


@pytest.mark.parametrize(
    ("scope", "graph", "held"),
    [
        ("https://e.org/g/a", "https://e.org/g/a", True),
        ("https://e.org/g/a", "https://e.org/g/ab", False),
        ("https://e.org/g/a", "https://e.org/g/a/b", False),
        ("https://e.org/g/", "https://e.org/g/a/b", True),
        ("https://e.org/g/", "https://e.org/g/", True),
        ("https://e.org/g/", "https://e.org/g", False),
        ("https://e.org/g#", "https://e.org/g#a", True),
        ("urn:mine:", "urn:mine:a", True),
        ("urn:mine:", "urn:yours:a", False),
        ("default", "default", True),
        ("https://e.org/g/", "HTTPS://e.org/g/a", False),
    ],
)
def test_scopes_end_where_names_end(scope: str, graph: str, held: bool) -> None:
    assert covers(scope, graph) is held


def test_without_a_token_writing_is_refused_as_with_a_wrong_one(told: list[dict[str, object]]) -> None:
    nobody = anonymous("address:00")
    nobody.require(Action.QUERY)
    with pytest.raises(AccessRefused) as refused:
        nobody.require(Action.ADD, HERE)
    assert not refused.value.known
    assert [line["reason"] for line in told] == ["missing"]
