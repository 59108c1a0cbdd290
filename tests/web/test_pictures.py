"""Pages of pictures: a picture and the table that says the same, in every language, with or without a thing."""

from __future__ import annotations

import re
from html import unescape
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from medkg.pictures.definition import definitions
from medkg.settings import LANGUAGES

PROJECT = "id:project/innomed-up"


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.text[:500]
    return response.text


def test_the_overview_shows_each_picture_as_a_file(client: FlaskClient) -> None:
    page = text_of(client, "/pictures")
    for name in definitions():
        assert f"/pictures/{name}.svg?" in page
    for file in re.findall(r'(?:src|srcset)="(/pictures/[^"]+)"', page):
        assert client.get(unescape(file)).content_type.startswith("image/svg+xml")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_stands_above_its_table(client: FlaskClient, language: str) -> None:
    page = text_of(client, f"/pictures/helix?entity={PROJECT}&lang={language}")
    assert page.index("<svg") < page.index("<table")
    assert f'lang="{language}" direction="{"rtl" if language == "ar" else "ltr"}"' in page
    assert " style=" not in page
    assert definitions()["helix"].reading[language] in unescape(page)


def test_names_are_sought_in_the_languages_of_the_address_and_kept_apart(client: FlaskClient) -> None:
    pages = {order: text_of(client, f"/{order}/pictures/helix?entity={PROJECT}") for order in ("ar", "ar,fr", "fr")}
    for order, page in pages.items():
        assert f"lang={order.replace(',', '%2C')}" in page
        assert f'<a href="/{order}/scheme/helix/' in page
    first, second = (text_of(client, f"/pictures/helix.svg?entity={PROJECT}&lang={order}") for order in ("fr", "ar,fr"))
    assert first != second


def test_data_of_a_picture_are_those_of_its_analysis(client: FlaskClient) -> None:
    page = unescape(text_of(client, f"/pictures/helix?entity={PROJECT}"))
    found = re.search(r'href="(/api/analyses/helix-balance/balance\.csv\?[^"]+)"', page)
    assert found is not None
    rows = client.get(found[1]).text.splitlines()
    assert rows[0].startswith("helix,helix_iri,count")
    assert len(rows) == 6


def test_a_picture_without_what_it_is_about_asks_for_it(client: FlaskClient) -> None:
    page = text_of(client, "/pictures/helix")
    assert "<svg" not in page
    assert 'name="entity"' in page


def test_a_name_leads_to_the_things_it_may_mean(client: FlaskClient) -> None:
    page = unescape(text_of(client, "/pictures/helix?entity=innomed"))
    assert "/pictures/helix?entity=https%3A%2F%2Fw3id.org%2Fmedkg%2Fid%2Fproject%2Finnomed-up" in page


def test_a_file_is_whole_by_itself_and_kept_until_something_changes(client: FlaskClient) -> None:
    response = client.get(f"/pictures/helix.svg?entity={PROJECT}&lang=ar&ground=dark")
    root = fromstring(response.data)  # noqa: S314 - our own text
    assert root.get("direction") == "rtl"
    assert "#182328" in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(response.request.url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/pictures/nothing", 404),
        ("/pictures/nothing.svg", 404),
        ("/pictures/helix.svg", 400),
        ("/pictures/helix?entity=id:project/no-such-thing", 400),
        ("/pictures/helix?entity=%3Cscript%3E", 200),
    ],
)
def test_what_cannot_be_drawn_is_told(client: FlaskClient, path: str, status: int) -> None:
    assert "<script>" not in text_of(client, path, status)


@pytest.mark.parametrize(
    ("path", "picture"),
    [
        (f"/analyses/helix-balance?entity={PROJECT}", "helix"),
        ("/analyses/money?by=year", "money"),
        ("/analyses/cooperation-network", "network"),
        ("/analyses/foremost-bodies", "network"),
        ("/analyses/countries", "countries"),
        ("/analyses/indicators", "indicators"),
    ],
)
def test_a_picture_stands_above_the_tables_of_its_analysis(client: FlaskClient, path: str, picture: str) -> None:
    page = text_of(client, path)
    assert page.count("<svg") == 1
    assert page.index("<svg") < page.index("<h2 id=")
    assert f'<a href="/pictures/{picture}' in page


def test_what_a_picture_cannot_show_leaves_the_analysis_alone(client: FlaskClient) -> None:
    assert "<svg" not in text_of(client, "/analyses/foremost-bodies?bodies=12")
    text_of(client, "/pictures/network?bodies=12", 400)


def test_the_home_page_leads_to_the_map(client: FlaskClient) -> None:
    page = text_of(client, "/")
    assert '<a class="preview" href="/pictures/countries">' in page
    assert "/pictures/countries.svg?ground=light" in page


def test_weights_are_marked_for_sliders_and_other_numbers_are_not(client: FlaskClient) -> None:
    assert text_of(client, f"/analyses/partner-match?project={PROJECT}").count("data-most") == 7
    assert "data-most" not in text_of(client, "/analyses/foremost-bodies")
