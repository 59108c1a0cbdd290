"""Tokens: shown once, kept as hashes, told apart in the log alone."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.errors import AccessRefused, SettingsError, StoreError
from tests.access.processes import run_together

GRAPH = "https://example.org/graph/"


def refused(tokens: Tokens, secret: str | None) -> AccessRefused:
    with pytest.raises(AccessRefused) as caught:
        tokens.identify(secret)
    return caught.value


def test_a_token_identifies_its_bearer(tmp_path: Path) -> None:
    token, secret = Tokens(tmp_path).create("loader of the partners", Role.CURATOR, [GRAPH, GRAPH])
    caller = Tokens(tmp_path).identify(secret)
    assert (caller.id, caller.name, caller.role, caller.graphs) == (
        token.id,
        "loader of the partners",
        Role.CURATOR,
        (GRAPH,),
    )
    assert caller.account == f"token:{token.id}"


def test_the_secret_is_long_and_nowhere_in_the_home(tmp_path: Path) -> None:
    _, secret = Tokens(tmp_path).create("a machine", Role.READER)
    found = re.fullmatch(r"medkg_[0-9a-f]{10}_([A-Za-z0-9_-]{43})", secret)
    assert found, "43 signs of 64 hold 256 bits"
    Tokens(tmp_path).identify(secret)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or found[1].encode() not in path.read_bytes()


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    Tokens(tmp_path).create("a machine", Role.READER)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "access", *tmp_path.rglob("access/*")]
    }
    assert modes == {"access": 0o700, "tokens.json": 0o600, "tokens.lock": 0o600}


def test_why_a_token_is_no_good_only_the_log_knows(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    tokens = Tokens(tmp_path)
    soon = datetime.now(UTC) + timedelta(days=1)
    revoked, first = tokens.create("gone", Role.READER)
    tokens.revoke(revoked.id)
    expired, second = tokens.create("old", Role.READER, expires=soon)
    _set(tokens.path, expired.id, "expires", "2020-01-01T00:00:00+00:00")
    wrong = second[:-1] + ("A" if second[-1] != "A" else "B")
    unknown = "medkg_0000000000_" + "a" * 43
    errors = [refused(tokens, secret) for secret in (None, "", "nonsense", unknown, wrong, second, first)]
    assert {(str(error), error.known) for error in errors} == {(str(errors[0]), False)}
    reasons = [(line["reason"], line["token"]) for line in told]
    assert reasons == [
        ("missing", None),
        ("missing", None),
        ("wrong", None),
        ("wrong", "0000000000"),
        ("wrong", expired.id),
        ("expired", expired.id),
        ("revoked", revoked.id),
    ]
    assert not any(secret[17:] in json.dumps(told) for secret in (first, second))


@given(some.text(max_size=300) | some.from_regex(r"medkg_[0-9a-f]{10}_[A-Za-z0-9_-]{43}", fullmatch=True))
def test_no_guess_is_let_in(tmp_path_factory: pytest.TempPathFactory, guess: str) -> None:
    home = tmp_path_factory.getbasetemp() / "guesses"
    tokens = Tokens(home)
    if not tokens.path.exists():
        tokens.create("a machine", Role.ADMIN)
    assert not refused(tokens, guess).known


def test_another_process_is_seen_at_once(tmp_path: Path) -> None:
    server, operator = Tokens(tmp_path), Tokens(tmp_path)
    token, secret = operator.create("a machine", Role.READER)
    assert server.identify(secret).id == token.id
    operator.revoke(token.id)
    assert not refused(server, secret).known
    tokens_file = server.path.read_bytes()
    server.path.unlink()
    assert server.all() == ()
    server.path.write_bytes(tokens_file)
    assert [item.id for item in server.all()] == [token.id]


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("a machine", Role.READER)
    tokens.identify(secret)
    first = tokens.all()
    tokens.identify(secret)
    assert tokens.all()[0] is first[0] or tokens.all()[0].last_used != first[0].last_used
    again = tokens.all()
    tokens.identify(secret)
    assert tokens.all()[0] is again[0]


def test_the_day_of_the_last_use_is_kept_and_no_hour(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("a machine", Role.READER)
    tokens.identify(secret)
    kept = json.loads(tokens.path.read_bytes())["tokens"][0]["last_used"]
    assert kept in {(datetime.now(UTC) - timedelta(days=back)).date().isoformat() for back in (0, 1)}


def test_a_use_does_not_undo_a_revocation_by_another(tmp_path: Path) -> None:
    server, operator = Tokens(tmp_path), Tokens(tmp_path)
    token, secret = operator.create("a machine", Role.READER)
    server.all()
    operator.revoke(token.id)
    server._note_use(token.id, datetime.now(UTC))
    assert operator.all()[0].revoked is not None
    assert not refused(server, secret).known


def test_tokens_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from medkg.access.tokens import Tokens; "
        "from medkg.access.roles import Role; tokens = Tokens(Path(sys.argv[1])); "
        "print(*(tokens.create(f'{sys.argv[2]} {n}', Role.READER)[0].id for n in range(20)))"
    )
    printed = run_together(code, *([str(tmp_path), name] for name in "abc"))
    made = {key for text in printed for key in text.split()}
    assert len(made) == 60
    assert {token.id for token in Tokens(tmp_path).all()} == made
    assert not [path for path in (tmp_path / "access").iterdir() if path.name.startswith(".")]


def test_revoking_twice_keeps_the_first_time_and_an_unknown_id_is_told(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    token, _ = tokens.create("a machine", Role.READER)
    first = tokens.revoke(token.id).revoked
    _set(tokens.path, token.id, "revoked", "2021-01-01T00:00:00+00:00")
    assert tokens.revoke(token.id).revoked == datetime(2021, 1, 1, tzinfo=UTC) != first
    with pytest.raises(AccessRefused, match="nobody: there is no such token"):
        tokens.revoke("nobody")


@pytest.mark.parametrize(
    ("make", "told_why"),
    [
        (lambda tokens: tokens.create("", Role.READER), "cannot name a token"),
        (lambda tokens: tokens.create("someone@example.org", Role.READER), "no e-mail address"),
        (lambda tokens: tokens.create("two\nlines", Role.READER), "cannot name a token"),
        (lambda tokens: tokens.create("x" * 101, Role.READER), "at most 100"),
        (lambda tokens: tokens.create("x", Role.ANONYMOUS), "without a token"),
        (lambda tokens: tokens.create("x", Role.READER, [GRAPH]), "reader may write no graph"),
        (lambda tokens: tokens.create("x", Role.ADMIN, [GRAPH]), "admin may write every graph"),
        (lambda tokens: tokens.create("x", Role.CONTRIBUTOR), "contributor needs the graphs"),
        (lambda tokens: tokens.create("x", Role.CURATOR, ["graph/a"]), "'graph/a' is no absolute IRI"),
        (lambda tokens: tokens.create("x", Role.CURATOR, ["https://e.org/ a"]), "is no absolute IRI"),
        (lambda tokens: tokens.create("x", Role.READER, expires=datetime(2020, 1, 1, tzinfo=UTC)), "has passed"),
    ],
)
def test_what_cannot_be_a_token_is_refused_and_nothing_is_written(
    tmp_path: Path, make: Callable[[Tokens], object], told_why: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(told_why)):
        make(Tokens(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tokens": [{}]}', '{"tokens": 5}', '{"tokens": [{"role": "x"}]}'])
def test_a_broken_file_lets_nobody_in_and_is_not_overwritten(tmp_path: Path, content: str) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("a machine", Role.ADMIN)
    tokens.identify(secret)
    tokens.path.write_text(content)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"tokens\.json: cannot be read"):
            tokens.identify(secret)
    with pytest.raises(StoreError, match="Restore it"):
        tokens.create("another", Role.READER)
    assert tokens.path.read_text() == content


def test_a_home_that_cannot_be_written_still_lets_in(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    tokens = Tokens(tmp_path)
    _, secret = tokens.create("a machine", Role.READER)
    (tmp_path / "access" / "tokens.lock").unlink()
    (tmp_path / "access" / "tokens.lock").mkdir()  # what even root cannot open for writing
    assert tokens.identify(secret).role is Role.READER
    assert tokens.identify(secret).role is Role.READER
    assert [line["event"] for line in told] == ["last-use-not-kept"]


def _set(path: Path, key: str, name: str, value: str) -> None:
    content = json.loads(path.read_bytes())
    next(item for item in content["tokens"] if item["id"] == key)[name] = value
    path.write_text(json.dumps(content))
