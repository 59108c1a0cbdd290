"""The reader's languages: said in the address, kept from link to link, without a cookie."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from medkg.endpoint.languages import Languages, base_of, languages_of, split_path
from medkg.settings import LANGUAGES
from medkg.web.i18n.door import keep_in_links, keep_in_path
from medkg.web.negotiation import DATA_SUFFIXES

HTML = {"Accept": "text/html"}
QUERY = quote("SELECT * { ?project a mk:Project }")
PATHS = (
    "/",
    "/project/innomed-up",
    "/project/hostile",
    "/browse/project",
    "/search?q=birzeit",
    "/source/002_doc",
    "/ontology",
    "/scheme/theme",
    "/sparql",
    f"/sparql?query={QUERY}",
    "/sparql?query=nonsense",
    "/analyses",
    "/analyses/helix-balance?project=id%3Aproject%2Finnomed-up",
    "/nothing-here",
)
ORDERS = st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True).map(tuple)
LEADING = re.compile(r'<(?:a|form)\b[^<>]*?\s(?:href|action)="([^"]*)"')


@given(ORDERS, st.text(st.characters(codec="utf-8"), max_size=40))
def test_languages_before_a_path_are_read_as_they_are_written(order: tuple[str, ...], rest: str) -> None:
    assert split_path(f"{base_of(order)}/{rest}") == (order, f"/{rest}")


@pytest.mark.parametrize(
    "path",
    ["/", "/project/ar", "/arabic/", "/ar,ar/", "/ar,xx/", "/AR/", "/ar;fr/", "/,ar/", "//ar/", "/id/project/ar"],
)
def test_other_paths_name_no_language(path: str) -> None:
    assert split_path(path) == ((), path)


@pytest.mark.parametrize(
    ("told", "argument", "header", "expected"),
    [
        (("ar", "fr"), "es", "it", Languages(("ar", "fr"), told=True)),
        ((), "es,it", "fr", Languages(("es", "it"), told=True)),
        ((), "xx", "fr-CH, de;q=0.9, ar;q=0.8, fr;q=0.7", Languages(("fr", "ar"))),
        ((), "", "en;q=0.4, ar-PS", Languages(("ar", "en"))),
        ((), "", "fi, *;q=0.1, fr;q=0", Languages(("it",))),
        ((), "", "", Languages(("it",))),
    ],
)
def test_the_address_decides_then_the_browser_then_the_setting(
    told: tuple[str, ...], argument: str, header: str, expected: Languages
) -> None:
    assert languages_of("it", told, argument, header) == expected


def leads(page: str) -> list[str]:
    """Give the addresses on this server that links and forms of a page lead to."""
    return [found for found in LEADING.findall(page) if found.startswith("/")]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("base", ["/ar", "/ar,fr"])
def test_every_link_keeps_the_languages(client: FlaskClient, path: str, base: str) -> None:
    page = client.get(base + path, headers={**HTML, "Accept-Language": "es"}).text
    assert '<html lang="ar" dir="rtl">' in page
    switch = {f"/{code}" for code in LANGUAGES} | {f"{base},{code}" for code in LANGUAGES}
    data = re.compile(rf"(?!/api/).*\.({'|'.join(DATA_SUFFIXES)})$")
    lost = [
        found
        for found in leads(page)
        if not found.startswith(f"{base}/") and f"/{found.split('/')[1]}" not in switch and not data.match(found)
    ]
    assert lost == []
    assert not any(data.match(found) for found in leads(page) if found.startswith(f"{base}/"))


def test_an_address_without_languages_is_the_browsers_choice_and_stays_so(client: FlaskClient) -> None:
    answer = client.get("/project/innomed-up", headers={**HTML, "Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl">' in answer.text
    assert answer.headers["Vary"] == "Accept, Accept-Language"
    assert 'href="/browse/project"' in answer.text


def test_no_answer_sets_a_cookie_and_none_is_read(client: FlaskClient) -> None:
    for path in ("/?lang=ar", "/ar/", "/ar/sparql", "/ar/nothing-here"):
        assert "Set-Cookie" not in client.get(path, headers=HTML).headers
    client.set_cookie("lang", "ar")
    assert '<html lang="en"' in client.get("/", headers=HTML).text


def test_older_addresses_keep_working_and_lead_on_in_their_language(client: FlaskClient) -> None:
    page = client.get("/project/innomed-up?lang=fr", headers={**HTML, "Accept-Language": "ar"}).text
    assert '<html lang="fr"' in page
    assert 'action="/fr/search"' in page


@pytest.mark.parametrize("path", ["/ar/", "/ar/project/innomed-up", "/ar/browse/place?format=json", "/ar/sparql"])
def test_an_answer_whose_address_names_its_language_is_everybodys(client: FlaskClient, path: str) -> None:
    answers = [client.get(path, headers={**HTML, "Accept-Language": liked}) for liked in ("fr", "es, en")]
    assert answers[0].data == answers[1].data
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    assert {answer.headers["Vary"] for answer in answers} == {"Accept"}


@pytest.mark.parametrize("path", ["/", "/project/innomed-up", f"/sparql?query={QUERY}"])
def test_answers_with_another_order_of_names_have_another_tag(client: FlaskClient, path: str) -> None:
    liked = ("ar", "ar, fr;q=0.5", "ar, es;q=0.5")
    tags = [client.get(path, headers={**HTML, "Accept-Language": one}).headers["ETag"] for one in liked]
    assert len(set(tags)) == 3
    again = client.get(path, headers={**HTML, "Accept-Language": liked[1], "If-None-Match": tags[1]})
    assert again.status_code == 304
    assert again.headers["Vary"] == "Accept, Accept-Language"


def test_an_identifier_leads_to_the_page_in_the_language_of_its_address(client: FlaskClient) -> None:
    assert client.get("/ar/id/project/innomed-up", headers=HTML).location == "/ar/project/innomed-up"
    assert client.get("/id/project/innomed-up", headers=HTML).location == "/project/innomed-up"
    turtle = client.get("/ar/id/project/innomed-up", headers={"Accept": "text/turtle"})
    assert turtle.location == "/project/innomed-up.ttl"
    assert client.get("/fr,ar/browse", headers=HTML).location == "/fr,ar/browse/project"


@pytest.mark.parametrize("path", ["/project/innomed-up.ttl", "/project/innomed-up.json?x=1", "/static/style.css"])
def test_what_has_no_language_has_one_address(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/ar{path}")
    assert (answer.status_code, answer.location) == (301, path)


@pytest.mark.parametrize(
    "path", ["/ar/update", "/ar/store", "/ar/health", "/ar/metrics", "/ar/ar/", "/ar//evil.example/x.ttl"]
)
def test_nothing_but_pages_stands_behind_a_language(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert answer.location is None


def test_a_query_is_asked_and_answered_in_the_language_of_the_address(client: FlaskClient) -> None:
    page = client.get(f"/ar/sparql?query={QUERY}", headers=HTML).text
    assert 'action="/ar/sparql"' in page
    assert 'href="/ar/project/innomed-up"' in page
    assert client.get(f"/ar/sparql?query={QUERY}").json == client.get(f"/sparql?query={QUERY}").json
    posted = client.post("/ar/sparql", data={"query": "SELECT * { broken"}, headers=HTML)
    assert (posted.status_code, posted.headers["Content-Language"]) == (400, "ar")


def test_names_that_the_page_lacks_are_those_of_the_next_language(client: FlaskClient) -> None:
    assert ">إنوميد أب</bdi></h1>" in client.get("/es,ar/project/innomed-up", headers=HTML).text
    assert ">INNOMED-UP</bdi></h1>" in client.get("/es/project/innomed-up", headers=HTML).text


def test_the_next_language_of_names_is_one_link_away(client: FlaskClient) -> None:
    page = client.get("/ar,fr/search?q=birzeit", headers=HTML).text
    order = page[page.index('class="name-order"') :]
    assert re.findall(r'<strong lang="(\w\w)"', order) == ["ar", "fr"]
    assert 'href="/ar,fr,es/search?q=birzeit" lang="es"' in order
    assert 'href="/ar/search?q=birzeit"' in order


@given(ORDERS, st.text(max_size=60))
def test_texts_of_data_are_no_links(order: tuple[str, ...], text: str) -> None:
    hostile = escape(f'<a href="/x{text}"> "/ href="/{text}" <form action="/')
    assert keep_in_links(f"<body><p>{hostile}</p>", base_of(order)) == f"<body><p>{hostile}</p>"


@pytest.mark.parametrize("location", ["//evil.example/", "https://evil.example/", "?page=2", "#x", "/fr/x", "/x.ttl?y"])
def test_addresses_elsewhere_and_of_data_are_left_alone(location: str) -> None:
    assert keep_in_path(location, "/ar") == location
    page = f'<link href="/x"><body><a class="x" href="{location}">'
    assert keep_in_links(page, "/ar") == page
