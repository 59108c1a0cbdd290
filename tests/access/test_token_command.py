"""``medkg token`` as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from medkg.access.roles import Role
from medkg.access.tokens import Tokens
from medkg.errors import AccessRefused

GRAPH = "https://example.org/graph/"


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medkg", "--home", str(home), "token", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_only_the_secret_goes_to_standard_output_and_it_works(tmp_path: Path) -> None:
    done = run(tmp_path, "create", "--name", "a loader", "--role", "curator", "--graph", GRAPH, "--graph", "default")
    assert done.returncode == 0, done.stderr
    caller = Tokens(tmp_path).identify(done.stdout.removesuffix("\n"))
    assert (caller.role, caller.graphs) == (Role.CURATOR, (GRAPH, "default"))
    assert "cannot be shown again" in done.stderr
    assert done.stdout.strip() not in done.stderr


def test_programs_get_one_document(tmp_path: Path) -> None:
    made = json.loads(run(tmp_path, "create", "--name", "portal", "--role", "reader", "--json").stdout)
    assert Tokens(tmp_path).identify(made["secret"]).id == made["id"]
    listed = json.loads(run(tmp_path, "list", "--json").stdout)
    assert [(item["id"], item["state"], item["role"]) for item in listed] == [(made["id"], "valid", "reader")]
    assert "digest" not in listed[0]
    assert "secret" not in listed[0]
    revoked = json.loads(run(tmp_path, "revoke", made["id"], "--json").stdout)
    assert revoked["revoked"] is not None


def test_a_revoked_token_is_listed_and_lets_nobody_in(tmp_path: Path) -> None:
    token, secret = Tokens(tmp_path).create("portal of the region", Role.ADMIN)
    done = run(tmp_path, "revoke", token.id)
    assert (done.returncode, token.id in done.stdout) == (0, True)
    with pytest.raises(AccessRefused):
        Tokens(tmp_path).identify(secret)
    row = next(line for line in run(tmp_path, "list").stdout.splitlines() if token.id in line)
    assert row.split() == [token.id, "revoked", "admin", "without", "end", "never", *token.name.split(), "all"]


def test_a_last_day_counts_as_a_whole_and_days_count_from_now(tmp_path: Path) -> None:
    run(tmp_path, "create", "--name", "x", "--role", "reader", "--expires", "2199-12-31")
    run(tmp_path, "create", "--name", "y", "--role", "reader", "--expires", "90d")
    first, second = Tokens(tmp_path).all()
    assert first.expires == datetime(2200, 1, 1, tzinfo=UTC)
    assert second.expires is not None
    assert timedelta(days=89, hours=23) < second.expires - datetime.now(UTC) <= timedelta(days=90)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["create", "--name", "x"], 2, "Missing option '--role'"),
        (["create", "--name", "x", "--role", "anonymous"], 2, "'anonymous' is not one of"),
        (["create", "--name", "x", "--role", "curator"], 2, "curator needs the graphs it may write"),
        (["create", "--name", "x", "--role", "curator", "--graph", "a b"], 2, "'a b' is no absolute IRI"),
        (["create", "--name", "a@b", "--role", "reader"], 2, "no e-mail address"),
        (["create", "--name", "x", "--role", "reader", "--expires", "soon"], 2, "neither a date"),
        (["create", "--name", "x", "--role", "reader", "--expires", "99999d"], 0, ""),
        (["create", "--name", "x", "--role", "reader", "--expires", "9999-12-31"], 2, "neither a date"),
        (["create", "--name", "x", "--role", "reader", "--expires", "2020-01-01"], 2, "has passed"),
        (["revoke", "0000000000"], 1, "0000000000: there is no such token. See medkg token list."),
        (["revoke"], 2, "Missing argument 'ID'"),
        (["list"], 0, ""),
    ],
)
def test_exit_codes_and_what_is_told(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    done = run(tmp_path, *arguments)
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file", "create", "--name", "x", "--role", "reader")
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "arguments"),
    [
        ("--name", ["--name", "x@y", "--role", "reader"]),
        ("--graph", ["--name", "x", "--role", "curator", "--graph", "a b"]),
        ("--graph", ["--name", "x", "--role", "admin", "--graph", GRAPH]),
        ("--expires", ["--name", "x", "--role", "reader", "--expires", "2020-01-01"]),
        ("--expires", ["--name", "x", "--role", "reader", "--expires", "soon"]),
    ],
)
def test_a_wrong_part_is_told_by_its_option(tmp_path: Path, option: str, arguments: list[str]) -> None:
    done = run(tmp_path, "create", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Error: Invalid value for '{option}': " in done.stderr
    assert "settings" not in done.stderr
    assert not list(tmp_path.iterdir())
