"""Home, lists, search, ontology pages; languages and directions; conditional requests; problems; contexts."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask, template_rendered
from flask.testing import FlaskClient

from medkg.query.catalogue import load_catalogue
from medkg.settings import LANGUAGES, Settings
from medkg.store.reader import Snapshot
from medkg.web import components, contexts, create_app, heads
from medkg.web.overview import views
from medkg.web.services import Services

from .conftest import close, publish, settings_of

HTML = {"Accept": "text/html"}
PAGES = {
    "/": contexts.HomePage,
    "/project/innomed-up": contexts.EntityPage,
    "/browse/project": contexts.BrowsePage,
    "/search?q=birzeit": contexts.SearchPage,
    "/source/002_doc": contexts.SourcePage,
    "/graph/preferred": contexts.GraphPage,
    "/ontology": contexts.OntologyPage,
    "/ontology/Project": contexts.EntityPage,
    "/scheme/theme": contexts.SchemePage,
    "/scheme/theme/circular-economy": contexts.EntityPage,
    "/sparql": contexts.EditorPage,
    "/parts": contexts.PartsPage,
    "/help": contexts.HelpPage,
    "/tour/4": contexts.TourPage,
    "/sparql?query=ASK%7B%7D": contexts.ResultPage,
    "/place/greece?by=https://w3id.org/medkg/ontology/country": contexts.IncomingPage,
    "/project/innomed-up?section=remainder": contexts.SectionPage,
    "/nothing-here": contexts.ProblemPage,
}


@contextmanager
def rendered(app: Flask) -> Iterator[list[tuple[str, dict[str, object]]]]:
    """Record which templates are rendered, and with what."""
    found: list[tuple[str, dict[str, object]]] = []

    def record(_: object, template: object, context: dict[str, object], **__: object) -> None:
        found.append((str(getattr(template, "name", "")), context))

    template_rendered.connect(record, app)
    try:
        yield found
    finally:
        template_rendered.disconnect(record, app)


@pytest.mark.parametrize("path", PAGES)
def test_template_gets_exactly_its_context(app: Flask, client: FlaskClient, path: str) -> None:
    with rendered(app) as found:
        client.get(path, headers=HTML)
    name, given = found[0]
    expected = PAGES[path]
    assert name == vars(expected)["template"]
    assert type(given["page"]) is expected
    assert set(given) - {"g", "request", "session", "config"} == {"page", "site"}


def test_every_context_class_is_documented_and_frozen() -> None:
    defined = {**vars(contexts), **vars(components), **vars(heads), **vars(views)}
    pages = [item for item in defined.values() if dataclasses.is_dataclass(item) and isinstance(item, type)]
    assert len(pages) > 20
    for item in pages:
        assert item.__doc__
        assert not item.__doc__.startswith(f"{item.__name__}(")
        assert item.__dataclass_params__.frozen  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [path for path in PAGES if path != "/parts"])
def test_page_is_whole_in_each_language(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={**HTML, "Accept-Language": language})
    text = answer.text
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text
    assert answer.headers["Content-Language"] == language
    left = re.findall(
        r">\s*((?:site|menu|search|home|door|kind|section|entity|status|partners|cite|format|formats|pager|source|scheme|ontology|sparql|problem|footer)\.[a-z.-]+)\s*<",
        text,
    )
    assert left == []


def test_texts_in_another_language_carry_theirs(client: FlaskClient) -> None:
    english = client.get("/project/innomed-up?lang=en", headers=HTML).text
    assert '<bdi lang="ar" dir="rtl">إنوميد أب</bdi>' in english
    assert '<bdi lang="fr" dir="ltr">Un projet « circulaire » pour les villes</bdi>' in english
    arabic = client.get("/project/innomed-up?lang=ar", headers=HTML).text
    assert "<h1><bdi>إنوميد أب</bdi></h1>" in arabic
    assert "1 سبتمبر 2019" in arabic


def test_switcher_keeps_the_other_arguments(client: FlaskClient) -> None:
    page = client.get("/search?q=birzeit&kind=actor", headers=HTML).text
    assert 'href="/ar/search?q=birzeit&amp;kind=actor" hreflang="ar" lang="ar" dir="rtl"' in page


def test_numbers_and_amounts_follow_the_language(client: FlaskClient) -> None:
    french = client.get("/project/innomed-up?lang=fr", headers=HTML).text
    assert "3,12 millions EUR" in french
    assert "236\u202f910,29\xa0€" in french


def test_home_counts_and_lists_the_founding_projects(client: FlaskClient) -> None:
    page = client.get("/", headers=HTML).text
    assert '<a href="/browse/actor"><span class="number">2</span>' in page
    assert '<a href="/project/innomed-up"' in page
    assert "/project/hostile" not in page


def test_lists_are_sorted_and_paged(client: FlaskClient) -> None:
    found: list[str] = []
    path: str | None = "/browse/place?format=json"
    while path:
        body = json.loads(client.get(path, headers={"Accept": "application/json"}).data)
        found += [item["label"] for item in body["results"]]
        path = body["next"]
    assert found == ["Greece", "Palestine"]


def test_pages_of_a_long_list_cover_it_once(home: Path) -> None:
    small = create_app(settings_of(home, page_size=1)).test_client()
    found = [
        item["iri"]
        for page in (1, 2)
        for item in json.loads(small.get(f"/browse/actor?page={page}&format=json").data)["results"]
    ]
    assert len(found) == len(set(found)) == 2
    beyond = small.get("/browse/actor?page=99", headers=HTML).text
    assert "Page 2 of 2" in beyond
    assert 'rel="next"' not in beyond


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("birzeit", "birzeit-university"),
        ("BIRZEIT UNIV", "birzeit-university"),
        ("بيرزيت", "birzeit-university"),
        ("pole mer", "blue-cluster"),
        ("méditerranée", "blue-cluster"),
        ("اليونان", "greece"),
        ("grèce", "greece"),
        ("grecia", "greece"),
        ("innomed", "innomed-up"),
        ("Athens National", "ntua"),
        ("circulaire", "circular-economy"),
    ],
)
def test_search_finds_names_in_every_script(client: FlaskClient, text: str, first: str) -> None:
    body = client.get("/search", query_string={"q": text, "format": "json"}).json
    assert body is not None
    assert body["results"][0]["iri"].rpartition("/")[2] == first


def test_search_takes_anything(client: FlaskClient) -> None:
    for text in ("", "   ", "%", "\\", "<script>", "x" * 5000, "\u202e", "zzzzqq", "?*+("):
        answer = client.get("/search", query_string={"q": text}, headers=HTML)
        assert answer.status_code == 200
        assert "<script>" not in answer.text


def test_ontology_page_is_a_tree_with_uses(client: FlaskClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    assert page.index('href="/ontology/Actor"') < page.index('href="/ontology/Organisation"')
    assert "Somebody who acts." in page
    assert re.search(r'<code dir="ltr">mk:Project</code> <span class="uses"[^>]*>2</span>', page)
    for suffix in ("ttl", "nt", "rdf", "jsonld"):
        assert client.get(f"/ontology.{suffix}").status_code == 200
    assert client.get("/ontology.csv").status_code == 404


def test_term_page_tells_how_often_it_is_used(client: FlaskClient) -> None:
    assert 'Uses <span class="uses">2</span>' in client.get("/ontology/Project", headers=HTML).text
    assert 'class="uses"' not in client.get("/project/innomed-up", headers=HTML).text


def test_scheme_page_nests_its_concepts(client: FlaskClient) -> None:
    page = client.get("/scheme/theme", headers=HTML).text
    tree = page[page.index('id="concepts"') :]
    assert tree.index("/scheme/theme/innovation") < tree.index("/scheme/theme/circular-economy")
    assert client.get("/scheme/theme.ttl").status_code == 200


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/nothing-here"])
def test_a_page_asks_a_bounded_number_of_queries(home: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answer = Snapshot.query

    def counted(self: Snapshot, text: str, **options: object) -> object:
        asked.append(text)
        return answer(self, text, **options)

    app = create_app(settings_of(home))
    client = app.test_client()
    assert client.get(path, headers=HTML).status_code == 200
    monkeypatch.setattr(Snapshot, "query", counted)
    client.get(path, headers=HTML)
    close(app)
    assert len(asked) <= 16, "once a generation is open, a page needs a handful of queries"


def test_unchanged_pages_answer_304_until_the_next_generation(store: ox.Store, tmp_path: Path) -> None:
    publish(tmp_path, store)
    app = create_app(settings_of(tmp_path))
    client = app.test_client()
    for path in ("/", "/project/innomed-up", "/project/innomed-up.ttl", "/sparql?query=ASK{}"):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert client.get(
            path, headers={"If-None-Match": tag, "Accept-Language": "ar", "Accept": "text/html"}
        ).status_code in {200, 304}
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"Accept-Language": "ar"}).headers["ETag"] != tag
    publish(tmp_path, store)
    answer = client.get("/", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.headers["X-Generation"]) == (200, "2")
    close(app)


def test_security_headers_are_on_every_answer(client: FlaskClient) -> None:
    for path in ("/", "/nothing", "/project/innomed-up.ttl", "/static/style.css"):
        with client.get(path) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_health(client: FlaskClient) -> None:
    body = client.get("/health").json
    assert body is not None
    assert (body["status"], body["generation"]) == ("ok", 7)


def test_problem_document_and_page_tell_the_same(client: FlaskClient) -> None:
    document = client.get("/nothing")
    assert document.content_type == "application/problem+json"
    assert document.json == {
        "type": "https://w3id.org/medkg/problem/not-found",
        "title": "Not found",
        "status": 404,
        "instance": "/nothing",
    }
    page = client.get("/nothing", headers={**HTML, "Accept-Language": "fr"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "Il n’y a rien à cette adresse" in page.text


@pytest.mark.parametrize("path", ["/", "/health", "/sparql?query=ASK{}", "/store?default"])
def test_an_unforeseen_error_shows_no_traceback(tmp_path: Path, path: str) -> None:
    class Broken:
        def snapshot(self) -> object:
            raise ZeroDivisionError("secret detail")

    settings = Settings(home=tmp_path)
    broken = create_app(settings, Services(settings, Broken(), load_catalogue(settings.queries)))  # type: ignore[arg-type]
    answer = broken.test_client().get(path)
    close(broken)
    assert answer.status_code == 500
    assert answer.content_type == "application/problem+json"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
