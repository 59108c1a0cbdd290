"""What a reader sees where a query has no answer: what happened and what to do in their language, and their query."""

from __future__ import annotations

import html
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.access.limits import Limits, unit_of
from medkg.endpoint.problems import HTTP_NAMES, STATUSES, Problem, of_error
from medkg.errors import LimitExceeded
from medkg.settings import LANGUAGES, load_settings
from medkg.web import create_app
from medkg.web.editor import LONGEST_IN_ADDRESS
from medkg.web.i18n.catalogues import read_translations
from medkg.web.limits import TOLD_LIMITS, limit_in, quantity

from .conftest import close

BROKEN = "SELECT * WHERE {\n  ?s ?p\n}"
HTML = {"Accept": "text/html"}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Reader(HTMLParser):
    """Reads the form and the texts of a page as a browser does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.form: dict[str, str | None] = {}
        self.inputs: list[tuple[str | None, str | None]] = []
        self.chosen = ""
        self.elements: set[str] = set()
        #: Texts with the language that holds for them; code and form fields are in nobody's language.
        self.texts: list[tuple[str, str]] = []
        self.query: str | None = None
        self._open: list[tuple[str, str]] = []
        self._within_editor = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag != "script" or not (found.get("src") or "").startswith("/static/bundle/"):
            self.elements.add(tag)
        if tag == "form":
            self._within_editor = found.get("class") == "editor"
            self.form = found if self._within_editor else self.form
        elif tag == "input" and self._within_editor:
            self.inputs.append((found.get("name"), found.get("value")))
        elif tag == "option" and "selected" in found:
            self.chosen = found.get("value") or ""
        elif tag == "textarea":
            self.query = ""
        if tag not in {"meta", "link", "img", "input", "br"}:
            self._open.append((tag, found.get("lang") or (self._open[-1][1] if self._open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "textarea" in tags:
            assert self.query is not None
            # A browser drops the line end that a text area begins with.
            self.query += data if self.query else data.removeprefix("\n")
        elif data.strip() and not {"code", "head", "option"} & set(tags):
            self.texts.append((self._open[-1][1], data.strip()))

    def told(self, language: str) -> str:
        """Give the texts in a language."""
        return "\n".join(text for lang, text in self.texts if lang == language)


def read(client: FlaskClient, query: str, language: str = "en", **fields: str) -> Reader:
    answer = client.get(
        "/sparql", query_string={"query": query, **fields}, headers={**HTML, "Accept-Language": language}
    )
    assert answer.status_code >= 400
    return Reader(answer.text)


def english_only() -> Iterator[str]:
    """Give the sentences of the English catalogue that a page in another language must not hold."""
    texts = read_translations("en")
    slugs = {slug for _, _, slug in STATUSES} | set(HTTP_NAMES.values())
    for key in [*(f"problem.{slug}" for slug in slugs), *(f"problem.{slug}.text" for slug in slugs)]:
        yield texts.gettext(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_query_is_told_in_the_readers_language_with_line_and_column(
    app_client: FlaskClient, language: str
) -> None:
    page = read(app_client, BROKEN, language)
    texts = read_translations(language)
    told = page.told(language)
    assert texts.gettext("fault.text") in told
    assert texts.gettext("fault.place") % {"line": "3", "column": "2"} in told
    assert "not valid SPARQL" not in told or language == "en"
    assert "not valid SPARQL: error at 3:2" in page.told("en")
    assert page.query == BROKEN


@pytest.mark.parametrize("language", [item for item in LANGUAGES if item != "en"])
@pytest.mark.parametrize(
    "query", [BROKEN, "SELECT * { SERVICE <http://x/> {} }", "CLEAR ALL", "SELECT (<http://x/f>(1) AS ?x) {}"]
)
def test_all_english_on_a_page_says_that_it_is(app_client: FlaskClient, query: str, language: str) -> None:
    page = read(app_client, query, language)
    told = page.told(language)
    assert [text for text in english_only() if text in told] == []
    document = app_client.get("/sparql", query_string={"query": query}, headers={"Accept-Language": language}).json
    assert document is not None
    assert document["title"] == read_translations(language).gettext("problem.bad-query")
    assert document["detail"] in page.told("en")
    assert document["detail"] not in told


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize(
    "query",
    [
        BROKEN,
        f"\n\n  {BROKEN}",
        'SELECT * { ?s ?p "</textarea><script>alert(1)</script>" "&lt;" }',
        "SELECT * { ?s ?p '\u202e\u200f أ' ' }",
        "\t# ünï\nASK {",
    ],
)
def test_the_editor_holds_the_query_as_it_was_sent(app_client: FlaskClient, query: str, way: str) -> None:
    if way == "get":
        answer = app_client.get("/sparql", query_string={"query": query}, headers=HTML)
    elif way == "form":
        answer = app_client.post("/sparql", data={"query": query}, headers=HTML)
    else:
        answer = app_client.post("/sparql", data=query, content_type="application/sparql-query", headers=HTML)
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert page.query == query
    assert "script" not in page.elements


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rest=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_nothing_of_a_query_gets_out_of_the_page_as_markup(app_client: FlaskClient, rest: str) -> None:
    query = f'SELECT ?x {{ <b onclick=x> \'"><i id="y {rest}'
    answer = app_client.get("/sparql", query_string={"query": query, "default-graph-uri": f"x:{rest}"}, headers=HTML)
    page = Reader(answer.text)
    assert answer.status_code == 400
    assert page.query == query
    assert not {"b", "i", "script"} & page.elements


def test_what_else_the_answer_depends_on_stays_in_the_form(app_client: FlaskClient) -> None:
    query = {"query": BROKEN, "default-graph-uri": ["http://a/", 'http://b/?"'], "format": "csv", "other": "x"}
    answer = app_client.post("/sparql", data=query, headers={**HTML, "Accept-Language": "fr"})
    page = Reader(answer.text)
    assert page.inputs == [("default-graph-uri", "http://a/"), ("default-graph-uri", 'http://b/?"')]
    assert page.chosen == "csv"
    assert page.form["method"] == "get"
    switches = [
        urllib.parse.parse_qs(html.unescape(found))
        for found in re.findall(r'href="[^"]*\?([^"]*)" hreflang', answer.text)
    ]
    assert [found["query"] for found in switches] == [[BROKEN]] * len(LANGUAGES)


def test_a_query_too_long_for_an_address_is_asked_by_post(app_client: FlaskClient) -> None:
    padding = "# " + "é" * (LONGEST_IN_ADDRESS // 6) + "\n"
    page = Reader(app_client.post("/sparql", data={"query": padding + BROKEN}, headers=HTML).text)
    assert page.form["method"] == "post"
    assert page.query == padding + BROKEN
    answer = app_client.post("/sparql", data={"query": padding + "SELECT * {} LIMIT 1"}, headers=HTML).text
    assert '<form class="formats" action="/sparql" method="post">' in answer
    assert max(map(len, re.findall(r'href="([^"]*)"', answer))) < LONGEST_IN_ADDRESS


def test_a_format_that_does_not_exist_leads_to_those_that_do_with_the_query(app_client: FlaskClient) -> None:
    answer = app_client.get("/sparql", query_string={"query": "ASK {}", "format": "pdf"}, headers=HTML)
    assert answer.status_code == 406
    href = html.unescape(re.findall(r'<li><a href="([^"]*)">CSV', answer.text)[0])
    assert app_client.get(f"/sparql{href}").mimetype == "text/csv"


@pytest.fixture
def hurried(home: Path) -> Iterator[FlaskClient]:
    """Give a client of a server that stops queries soon and sends short answers."""
    limits = {"anonymous": {"seconds": 0.5, "result_mib": 1, "engine_seconds_per_minute": 60_000}}
    app = create_app(load_settings({"home": home, "limits": json.dumps(limits), "children": 1}, {}))
    yield app.test_client(use_cookies=False)
    close(app)


LARGE = "SELECT * { ?s ?p ?o . ?a ?b ?c }"


def test_a_reached_limit_is_told_with_its_value_in_the_readers_language(hurried: FlaskClient) -> None:
    french = read(hurried, ENDLESS, "fr").told("fr").replace("\N{NO-BREAK SPACE}", " ")
    assert "a duré plus longtemps qu’une requête ne le peut (0,5 seconde) et a été arrêtée" in french
    assert read_translations("fr").gettext("limit.seconds.remedy") in french
    arabic = read(hurried, LARGE, "ar")
    assert "(1 ميبيبايت)" in arabic.told("ar").replace("\N{NO-BREAK SPACE}", " ")
    assert arabic.query == LARGE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TOLD_LIMITS)
def test_every_limit_says_its_value_and_what_to_do(name: str, language: str) -> None:
    unit = unit_of(name) if name in {item.name for item in fields(Limits)} else ""
    error = LimitExceeded("told in English", limit=name, value=12_345, unit=unit, retry_after=7)
    limit = limit_in(of_error(error), language)
    assert limit is not None
    texts = read_translations(language)
    told = texts.gettext(f"{limit.key}.text") % {"value": limit.value}
    assert re.sub(r"[^0-9]", "", told) == "12345"
    assert limit.value in told
    assert limit.wait == quantity(7, "s", language)
    assert texts.gettext(f"{limit.key}.remedy") != f"{limit.key}.remedy"


def test_units_are_written_as_the_language_writes_them() -> None:
    assert [quantity(30, "s", language).replace("\N{NO-BREAK SPACE}", " ") for language in LANGUAGES] == [
        "30 seconds",
        "30 secondes",
        "30 segundos",
        "30 secondi",
        "30 ثانية",
    ]
    assert quantity(1_024, "MiB", "fr") == "1\N{NARROW NO-BREAK SPACE}024\N{NO-BREAK SPACE}Mio"
    assert quantity(0.5, "s", "it") == "0,5 secondi"


def test_a_limit_without_texts_of_its_own_is_told_by_its_value() -> None:
    problem = Problem(503, "limit-exceeded", more={"limit": "new", "value": 3, "unit": "rows"})
    limit = limit_in(problem, "en")
    assert limit is not None
    assert (limit.key, limit.value) == ("problem.limit-exceeded", "3\N{NO-BREAK SPACE}rows")
    assert limit_in(Problem(400, "bad-query"), "en") is None


def test_a_problem_elsewhere_has_no_editor(app_client: FlaskClient) -> None:
    page = Reader(app_client.get("/project/nothing-there", headers=HTML).text)
    assert page.query is None
