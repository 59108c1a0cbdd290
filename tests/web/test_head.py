"""What the head of a page tells programs, and how a page is cited: nothing unknown, nothing that breaks out."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from babel.dates import format_date
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from medkg.settings import LANGUAGES
from medkg.web import create_app
from medkg.web.citing import Cited, citation

from .conftest import close, settings_of

HTML = {"Accept": "text/html"}
PUBLIC = "https://registry.example"


@pytest.fixture(scope="module")
def public(home: Path) -> Iterator[FlaskClient]:
    """Give a client of a registry that knows its own address."""
    app = create_app(settings_of(home, public_url=PUBLIC))
    yield app.test_client(use_cookies=False)
    close(app)


def head_of(client: FlaskClient, path: str, language: str = "en") -> str:
    page = client.get(path, headers={**HTML, "Accept-Language": language}).text
    return page[: page.index("</head>")]


def data_of(client: FlaskClient, path: str, language: str = "en") -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', head_of(client, path, language), re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def links(head: str, rel: str) -> list[str]:
    return [html.unescape(item) for item in re.findall(rf'<link rel="{rel}"[^>]*href="([^"]*)"', head)]


def meta(head: str, name: str) -> list[str]:
    return [html.unescape(item) for item in re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)"', head)]


def test_canonical_is_the_page_and_the_thing_is_what_it_describes(public: FlaskClient) -> None:
    head = head_of(public, "/project/innomed-up?utm_source=x")
    assert links(head, "canonical") == [f"{PUBLIC}/project/innomed-up"]
    assert links(head, "describes") == ["https://w3id.org/medkg/id/project/innomed-up"]
    for path in ("/project/innomed-up?lang=fr", "/fr/project/innomed-up", "/fr,es/project/innomed-up"):
        assert links(head_of(public, path), "canonical") == [f"{PUBLIC}/fr/project/innomed-up"]


def test_each_language_has_its_address_and_none_is_the_readers_choice(public: FlaskClient) -> None:
    head = head_of(public, "/source/002_doc?page=1&lang=xx")
    found = re.findall(r'hreflang="([a-z-]+)" href="([^"]*)"', head)
    wanted = {code: f"{PUBLIC}/{code}/source/002_doc?page=1" for code in LANGUAGES}
    assert {code: html.unescape(href) for code, href in found} == {
        **wanted,
        "x-default": f"{PUBLIC}/source/002_doc?page=1",
    }


def test_a_registry_without_an_address_says_no_absolute_one(client: FlaskClient) -> None:
    head = head_of(client, "/project/innomed-up")
    assert links(head, "canonical") == ["/project/innomed-up"]
    assert meta(head, "og:url") == []
    assert "mainEntityOfPage" not in data_of(client, "/project/innomed-up")
    assert "localhost" not in head


@pytest.mark.parametrize("language", LANGUAGES)
def test_open_graph_tells_the_sentence_of_the_page(public: FlaskClient, language: str) -> None:
    page = public.get("/project/innomed-up", headers={**HTML, "Accept-Language": language}).text
    sentence = re.search(r'<p class="is">(.*?)</p>', page, re.DOTALL)
    assert sentence
    text = html.unescape(re.sub("<[^>]+>", "", sentence[1]))
    head = page[: page.index("</head>")]
    assert meta(head, "og:description") == meta(head, "description") == [text]
    assert meta(head, "og:locale")[0].startswith(f"{language}_")
    assert meta(head, "og:url") == [f"{PUBLIC}/project/innomed-up"]


def test_search_engines_get_what_the_registry_says(public: FlaskClient) -> None:
    data = data_of(public, "/project/innomed-up")
    assert data["@id"] == "https://w3id.org/medkg/id/project/innomed-up"
    assert (data["@type"], data["name"]) == ("Project", "INNOMED-UP")
    assert data["mainEntityOfPage"] == f"{PUBLIC}/project/innomed-up"
    assert {item["name"] for item in data["member"]} == {
        "National Technical University of Athens",
        "Birzeit University",
    }
    assert [item["name"] for item in data["funder"]] == ["ENI CBC Mediterranean Sea Basin Programme"]
    assert "url" not in data, "no website of the project is known"


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/actor/ntua", "Organization"),
        ("/structure/blue-cluster", "Organization"),
        ("/programme/eni-cbc-med", "FundingScheme"),
        ("/source/002_doc", "CreativeWork"),
        ("/scheme/theme/circular-economy", "DefinedTerm"),
        ("/scheme/theme", "DefinedTermSet"),
        ("/ontology/Project", "DefinedTerm"),
        ("/graph/preferred", "Dataset"),
        ("/figure/birzeit-002", "Thing"),
    ],
)
def test_each_kind_has_its_type(public: FlaskClient, path: str, type_: str) -> None:
    assert data_of(public, path)["@type"] == type_


def test_names_with_markup_do_not_break_out(public: FlaskClient) -> None:
    page = public.get("/project/hostile", headers=HTML).text
    assert data_of(public, "/project/hostile")["name"] == "<script>alert('name')</script> & \"quotes\""
    assert page.count('<script type="application/ld+json">') == 1
    assert page.count("<script") == 1 + page.count('<script type="module" src="/static/bundle/')
    assert meta(page, "og:title") == ["<script>alert('name')</script> & \"quotes\""]


def cited(**more: Any) -> Cited:
    usual: dict[str, Any] = {
        "title": "INNOMED-UP",
        "iri": "https://w3id.org/medkg/id/project/innomed-up",
        "registry": "Mediterranean innovation registry",
        "version": "generation 7",
        "generation": 7,
        "created": "2026-11-21T22:00:00+00:00",
    }
    return Cited(**{**usual, **more})


def test_a_page_is_cited_with_its_generation_and_date(client: FlaskClient) -> None:
    page = html.unescape(client.get("/project/innomed-up?lang=en", headers=HTML).text)
    told = page[page.index('<section id="cite"') :]
    items = json.loads(told[told.index("[\n") : told.index("]</pre>") + 1])
    year, month, day = items[0]["issued"]["date-parts"][0]
    shown = format_date(date(year, month, day), "long", locale="en")
    registry = "Mediterranean innovation registry, generation 7"
    assert f"“INNOMED-UP”. {registry}, {shown}. https://w3id.org/medkg/id/project/innomed-up" in told
    assert items[0]["version"] == "generation 7"
    assert "author" not in items[0]
    assert "@misc{id-project-innomed-up-7,\n  title = {{INNOMED-UP}}," in told


def test_a_generation_without_a_date_gives_none() -> None:
    found = citation(cited(created="once"), "")
    assert "year" not in found.bibtex
    assert "issued" not in json.loads(found.csl)[0]


@given(title=st.text(max_size=200), iri=st.text(max_size=60))
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_title_makes_a_whole_entry(title: str, iri: str) -> None:
    found = citation(cited(title=title, iri=f"https://w3id.org/medkg/id/{iri}"), "")
    bare = re.sub(r"\\[{}]", "", found.bibtex)
    depth = 0
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert len(found.bibtex.splitlines()) >= 6
    assert json.loads(found.csl)[0]["title"] == json.loads(citation(cited(title=title), "").csl)[0]["title"]
