"""Help and tour: what they explain, and that each of their links leads somewhere, whatever the registry holds."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from medkg.settings import LANGUAGES
from medkg.web import create_app
from medkg.web.guide import EXPLAINED, STEPS, SUBJECTS

from .conftest import close, publish, settings_of

HTML = {"Accept": "text/html"}
POINTERS = re.compile(r'<ul class="pointers">(.*?)</ul>', re.DOTALL)


def pointed_at(page: str) -> list[str]:
    """Give the addresses that the links to try lead to."""
    return [html.unescape(href) for found in POINTERS.findall(page) for href in re.findall(r'<a href="([^"]*)"', found)]


@pytest.fixture(scope="module")
def shipped(shipped_home: Path) -> FlaskClient:
    return create_app(settings_of(shipped_home)).test_client()


def test_help_has_every_subject_with_the_ontologys_own_words(shipped: FlaskClient) -> None:
    page = shipped.get("/en/help", headers=HTML).text
    assert re.findall(r'<section id="([a-z-]+)" class="subject">', page) == list(SUBJECTS)
    assert "A collaborative structure whose members are clusters." in page
    terms = sum(len(terms) for terms in SUBJECTS.values())
    assert page.count('<a href="/en/ontology/') + page.count('<a href="/en/scheme/') >= terms


@pytest.mark.parametrize("path", ["/help", *(f"/tour/{number}" for number in range(1, len(STEPS) + 1))])
def test_what_the_guide_points_at_is_there(shipped: FlaskClient, path: str) -> None:
    found = pointed_at(shipped.get(f"/ar{path}", headers=HTML).text)
    assert len(found) >= 2
    for href in found:
        path, _, place = href.partition("#")
        answer = shipped.get(path, headers={"Accept": "text/html, */*;q=0.5"})
        assert answer.status_code == 200, href
        assert not place or f'id="{place}"' in answer.text, href


def test_the_search_of_the_tour_finds_one_thing_however_it_is_written(shipped: FlaskClient) -> None:
    for language in ("en", "ar"):
        found = pointed_at(shipped.get(f"/{language}/tour/2", headers=HTML).text)
        assert len(found) == 3
        for href in found:
            assert "/actor/birzeit-university" in shipped.get(href, headers=HTML).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tour_goes_on_and_back_and_may_be_left_at_any_screen(client: FlaskClient, language: str) -> None:
    for number in range(1, len(STEPS) + 1):
        page = client.get(f"/{language}/tour/{number}", headers=HTML).text
        onward = page[page.index('class="onward"') :]
        assert f'<a href="/{language}/">' in onward
        assert (f'rel="next" href="/{language}/tour/{number + 1}"' in onward) is (number < len(STEPS))
        assert (f'rel="prev" href="/{language}/tour/{number - 1}"' in onward) is (number > 1)
        assert page.count('aria-current="step"') == 1


def test_the_tour_begins_at_its_first_screen_and_has_no_others(client: FlaskClient) -> None:
    assert client.get("/ar/tour", headers=HTML).location == "/ar/tour/1"
    for path in ("/tour/0", "/tour/6", "/tour/x"):
        assert client.get(path, headers=HTML).status_code == 404


def test_a_registry_without_the_examples_has_a_tour_without_those_links(tmp_path: Path) -> None:
    publish(tmp_path, [quad("https://w3id.org/medkg/id/place/x", "http://www.w3.org/2004/02/skos/core#prefLabel", "X")])
    app = create_app(settings_of(tmp_path))
    client = app.test_client()
    found = [pointed_at(client.get(f"/en/tour/{number}", headers=HTML).text) for number in range(1, len(STEPS) + 1)]
    assert found == [["/en/browse/place"], [], [], ["/en/analyses"], ["/en/sparql", "/en/ontology"]]
    assert client.get("/en/help", headers=HTML).status_code == 200
    close(app)


def quad(subject: str, predicate: str, text: str) -> ox.Quad:
    graph = ox.NamedNode("https://w3id.org/medkg/graph/preferred")
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en"), graph)


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("/browse/structure", "meta-cluster"),
        ("/analyses/helix-balance", "helix"),
        ("/project/innomed-up", "source"),
        ("/project/innomed-up", "gap"),
    ],
)
def test_words_are_explained_from_where_they_stand(client: FlaskClient, path: str, subject: str) -> None:
    assert f'<a class="explained" href="/fr/help#{subject}">' in client.get(f"/fr{path}", headers=HTML).text


def test_what_explains_something_is_a_subject_of_the_help() -> None:
    assert set(EXPLAINED.values()) <= set(SUBJECTS)
