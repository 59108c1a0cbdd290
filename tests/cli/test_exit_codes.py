"""Exit codes and messages of the command line, as a shell sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medkg", *arguments]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--help"], 0, ""),
        (["--version"], 0, ""),
        (["build", "--help"], 0, ""),
        (["nothing"], 2, "No such command 'nothing'"),
        (["query"], 2, "Say which query"),
        (["rollback"], 2, "Usage"),
        (["query", "--list"], 0, ""),
        (["ontology", "explain", "NoSuchTerm"], 1, "NoSuchTerm"),
    ],
)
def test_exit_codes(arguments: list[str], code: int, told: str) -> None:
    done = run(*arguments)
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize("command", [["stats"], ["export", "x.nq"], ["query", "projects-by-theme"]])
def test_an_empty_home_is_told_what_to_do(tmp_path: Path, command: list[str]) -> None:
    arguments = [*command, "--param", "theme=circular-economy"] if command[0] == "query" else command
    done = run("--home", str(tmp_path / "none"), *arguments)
    assert done.returncode == 1
    assert "medkg build" in done.stderr


def test_an_empty_home_has_an_empty_history(tmp_path: Path) -> None:
    done = run("--home", str(tmp_path / "none"), "history", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"served": None, "generations": [], "rollbacks": []})


def test_a_named_query_answers_in_each_format(shipped_home: Path) -> None:
    asked = ["--home", str(shipped_home), "query", "countries-shared-by-two-projects"]
    given = ["-p", "first=id:project/innomed-up", "-p", "second=id:project/cluster4green"]
    table, document, rows = (run(*asked, *given, "--format", name) for name in ("table", "json", "csv"))
    assert "id:place/jordan" in table.stdout
    assert len(json.loads(document.stdout)["results"]["bindings"]) == 3
    assert rows.stdout.splitlines()[0] == "country,countryLabel"


def test_a_query_from_standard_input_and_a_wrong_one(shipped_home: Path) -> None:
    asked = ["--home", str(shipped_home), "query", "-"]
    assert run(*asked, stdin="ASK { ?s a mk:Project }").stdout == "yes\n"
    wrong = run(*asked, stdin="SELECT WHERE")
    assert (wrong.returncode, "not valid SPARQL" in wrong.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["query", "no-such-query"], 1, "neither a named query nor a file"),
        (["query", "projects-by-theme"], 1, "a value is required"),
        (["query", "projects-by-theme", "-p", "theme"], 2, "is not NAME=VALUE"),
        (["query", "projects-by-theme", "-p", "theme=not a concept"], 1, "is not of type iri"),
        (["query", "projects-by-theme", "-p", "theme=coworking", "--format", "ttl"], 2, "does not fit this query"),
    ],
)
def test_wrong_use_of_a_query_is_explained(shipped_home: Path, arguments: list[str], code: int, told: str) -> None:
    done = run("--home", str(shipped_home), *arguments)
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr


def test_what_the_engine_refuses_while_it_runs_is_told(shipped_home: Path, tmp_path: Path) -> None:
    asked = ["--home", str(shipped_home), "query"]
    unknown = run(*asked, "-", stdin="SELECT (<urn:no-such-function>(1) AS ?x) {}")
    assert (unknown.returncode, "Traceback" in unknown.stderr, "no-such-function" in unknown.stderr) == (1, False, True)
    latin = tmp_path / "latin.rq"
    latin.write_bytes("ASK { ?s ?p 'é' }".encode("latin-1"))
    wrong = run(*asked, str(latin))
    assert (wrong.returncode, "not UTF-8 at byte" in wrong.stderr) == (1, True)


def test_the_list_of_queries_for_programs_is_whole() -> None:
    listed = {item["id"]: item for item in json.loads(run("query", "--list", "--json").stdout)}
    asked = listed["projects-by-theme"]
    assert (asked["form"], asked["answers"], asked["parameters"]["theme"]["required"]) == ("SELECT", ["CQ-01"], True)
    assert set(asked["title"]) == {"en", "fr", "es", "it", "ar"}


def test_stats_for_programs(shipped_home: Path) -> None:
    told = json.loads(run("--home", str(shipped_home), "stats", "--json").stdout)
    assert {"generation", "quads", "graphs", "classes"} <= told.keys()
    assert told["quads"] == sum(told["graphs"].values())
    assert told["classes"]["https://w3id.org/medkg/ontology/Project"] >= 97
