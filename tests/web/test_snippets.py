"""Queries as programs: whatever the query holds, the program asks exactly that."""

from __future__ import annotations

import ast
import html
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from medkg.web.snippets import heredoc_word, python_literal, r_literal
from tests.web.serving import listening

TEXTS = st.text(st.characters(codec="utf-8"), max_size=80) | st.text('"\\\nSPARQL_)-$`', max_size=30)
QUERY = "SELECT ?name {\n  ?s ?p ?name . FILTER(?name = \"$HOME `id` 'x' \\\\\")\n}\nORDER BY ?name"


@given(TEXTS)
def test_python_reads_the_text(text: str) -> None:
    assert ast.literal_eval(python_literal(text)) == text


@given(TEXTS)
def test_no_line_of_the_text_ends_the_here_document(text: str) -> None:
    assert heredoc_word(text) not in text.split("\n")


@given(TEXTS)
def test_nothing_in_the_text_ends_the_raw_string_of_r(text: str) -> None:
    opening, _, rest = r_literal(text).partition("(")
    closing = f'){opening[2:]}"'
    assert rest == text + closing
    assert closing not in text


def snippets_of(client: FlaskClient, query: str) -> dict[str, str]:
    page = client.get("/sparql", query_string={"edit": "", "query": query}).text
    found = re.findall(r"<h3><bdi>(.+?)</bdi></h3><pre[^>]*>(.*?)</pre>", page, flags=re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def test_there_is_none_without_a_query(client: FlaskClient) -> None:
    assert snippets_of(client, "") == {}
    assert set(snippets_of(client, QUERY)) == {"curl", "Python", "R"}


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with listening(app) as found:
        yield found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (COUNT(*) AS ?n) (\"$HOME \\\\ 'x'\" AS ?t)\n{ VALUES ?x { 1 2 } }", ("2", "$HOME \\ 'x'")),
        ("CONSTRUCT { <urn:a> <urn:b> 'c' }\nWHERE { }", ("urn:a", "urn:b", "c")),
    ],
)
def test_shell_and_python_run_and_give_the_answer(
    client: FlaskClient, address: str, query: str, expected: tuple[str, ...]
) -> None:
    found = {name: text.replace("http://localhost", address) for name, text in snippets_of(client, query).items()}
    shell = subprocess.run(["sh", "-c", found["curl"]], capture_output=True, text=True, check=True)
    python = subprocess.run([sys.executable, "-c", found["Python"]], capture_output=True, text=True, check=True)
    for text in expected:
        assert text in shell.stdout
        assert text in python.stdout or repr(text)[1:-1] in python.stdout
