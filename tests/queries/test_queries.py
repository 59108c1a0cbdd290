"""Every named query is valid as it stands and with its example parameters, and its ids and titles are in order."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from medkg.query.catalogue import NamedQuery, load_catalogue
from medkg.query.parameters import bind
from medkg.settings import Settings

QUERIES = load_catalogue(Settings().queries)
KEBAB = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@pytest.fixture(params=list(QUERIES.values()), ids=lambda query: query.id)
def query(request: pytest.FixtureRequest) -> NamedQuery:
    found: NamedQuery = request.param
    return found


def test_it_runs_as_it_stands_and_with_its_examples(query: NamedQuery) -> None:
    store = ox.Store()
    store.query(query.text)
    store.query(bind(query, {name: parameter.example for name, parameter in query.parameters.items()}))


def test_it_declares_its_own_prefixes(query: NamedQuery) -> None:
    # A file must run in any processor: the engine here is given no prefixes, so an undeclared one is an error above.
    declared = set(re.findall(r"^PREFIX (\w+):", query.text, re.MULTILINE))
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith(("#", "PREFIX")))
    without_strings = re.sub(r'"[^"]*"|<[^>]*>', "", body)
    used = set(re.findall(r"(?<![\w?:])(\w+):", without_strings))
    assert declared == used


def test_its_id_is_a_kebab_case_noun_and_its_examples_are_given(query: NamedQuery) -> None:
    assert KEBAB.match(query.id)
    assert all(parameter.example for parameter in query.parameters.values())


def test_it_avoids_what_the_engines_do_differently(query: NamedQuery) -> None:
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#"))
    assert not re.search(r"HAVING\s*\(\s*\?", body), "HAVING over an alias gives no rows in some engines"
    assert "SERVICE" not in body.upper().split()


def test_every_competency_question_has_a_query() -> None:
    answered = {question for query in QUERIES.values() for question in query.answers}
    assert answered == {f"CQ-{number:02}" for number in range(1, 33)}


def test_the_folders_are_those_the_readme_explains() -> None:
    readme = (Settings().queries / "README.md").read_text(encoding="utf-8")
    for folder in sorted({query.family for query in QUERIES.values()}):
        assert f"`{folder}/`" in readme, f"queries/README.md does not explain {folder}/"


def test_no_query_file_lies_where_nobody_reads_it() -> None:
    every = set(Settings().queries.rglob("*.rq"))
    assert len(every) == len(QUERIES)
