"""The search as readers and programs meet it: facets, addresses that last, tables, suggestions, ways out."""

from __future__ import annotations

import csv
import io
import re
import time
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from medkg.search.facets import facets
from medkg.settings import LANGUAGES, Settings
from medkg.web import create_app
from medkg.web.table_file import harmless

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def shipped(shipped_home: Path) -> FlaskClient:
    """Give a client of the shipped registry."""
    return create_app(Settings(home=shipped_home, page_size=20)).test_client(use_cookies=False)


def asked(client: FlaskClient, **arguments: Any) -> dict[str, Any]:
    return json_of(client, f"/search?{urlencode({**arguments, 'format': 'json'}, doseq=True)}")


def json_of(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    body: Any = answer.json
    assert isinstance(body, dict)
    return body


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return unescape(answer.text)


def counts(body: dict[str, Any], facet: str) -> dict[str, int]:
    return {item["value"]: item["count"] for item in body["facets"][facet]}


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("Birzeit", "actor/birzeit-university"),
        ("بيرزيت", "actor/birzeit-university"),
        ("birzet", "actor/birzeit-university"),
        ("NTUA", "actor/national-technical-university-of-athens"),
        ("Attikí", "place/attiki"),
        ("Attiki", "place/attiki"),
    ],
)
def test_what_people_write_finds_what_they_mean(shipped: FlaskClient, text: str, iri: str) -> None:
    assert asked(shipped, q=text)["results"][0]["iri"] == f"https://w3id.org/medkg/id/{iri}"


def test_within_a_facet_any_value_does_across_facets_all_must(shipped: FlaskClient) -> None:
    one = asked(shipped, kind="project", country="italy")
    other = asked(shipped, kind="project", country="tunisia")
    both = asked(shipped, kind="project", country=["italy", "tunisia"])
    assert max(one["total"], other["total"]) < both["total"] < one["total"] + other["total"]
    assert counts(one, "country") == counts(other, "country") == counts(both, "country")
    narrower = asked(shipped, kind="project", country="italy", helix="business")
    assert narrower["total"] == counts(one, "helix")["business"] < one["total"]
    assert sum(counts(one, "money").values()) >= one["total"]


def test_each_count_of_the_page_is_what_its_link_leads_to(shipped: FlaskClient) -> None:
    text = page(shipped, "/search?q=water&kind=project")
    links = re.findall(r'<li><a href="(/search[^"]*)" rel="nofollow">.*?</a> <span class="count">([\d,]+)</span>', text)
    assert len(links) > 10
    for href, count in links[:: len(links) // 8]:
        body = json_of(shipped, f"{href}&format=json")
        # A second kind beside the first adds to what is found; a value of another facet leaves what has it.
        if body["filters"]["kind"] == ["project"]:
            assert body["total"] == int(count.replace(",", "")), href


def test_a_choice_can_be_taken_back(shipped: FlaskClient) -> None:
    text = page(shipped, "/search?q=water&kind=project&country=italy")
    assert 'aria-current="true"' in text
    assert 'href="/search?q=water&kind=project" rel="nofollow"' in text
    assert 'href="/search?q=water&country=italy" rel="nofollow"' in text
    assert '<a href="/search?q=water" rel="nofollow">Remove all filters</a>' in text
    assert '<input type="hidden" name="country" value="italy">' in text


def test_pages_of_a_search_give_each_thing_once(shipped: FlaskClient) -> None:
    found: list[str] = []
    following: str | None = "/search?kind=project&sort=newest&format=json"
    while following:
        body = json_of(shipped, following)
        found += [item["iri"] for item in body["results"]]
        following = f"{body['next']}&format=json" if body["next"] else None
    assert len(found) == len(set(found)) == body["total"]
    assert body["page"] == body["pages"]


def test_the_table_holds_all_hits_with_their_facets(shipped: FlaskClient) -> None:
    answer = shipped.get("/search?kind=actor&country=tunisia", headers={"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    body = asked(shipped, kind="actor", country="tunisia")
    assert len(rows) == body["total"] > body["pages"] > 0
    assert {row["country"] for row in rows} == {"Tunisia"}
    assert list(rows[0]) == ["iri", "name", "language", *(facet.name for facet in facets())]
    assert [row["iri"] for row in rows][: len(body["results"])] == [item["iri"] for item in body["results"]]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"x{cell}") == f"x{cell}"


def test_unknown_values_are_left_out_and_told(shipped: FlaskClient) -> None:
    body = asked(shipped, q="water", country=["narnia", "italy"], sort="magic", kind="<script>")
    assert body["filters"] == {"country": ["italy"]}
    assert [(item["field"], item["value"]) for item in body["ignored"]] == [
        ("kind", "<script>"),
        ("country", "narnia"),
        ("sort", "magic"),
    ]
    answer = shipped.get("/search?q=water&kind=<script>alert(1)</script>", headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("q", "page", "sort", "all", *(facet.name for facet in facets()))),
        st.one_of(st.text(max_size=50), st.sampled_from(("0", "-1", "1e9", "9" * 30, "italy", "2019", "not-stated"))),
        max_size=5,
    )
)
def test_nothing_in_an_address_breaks_the_search(small: FlaskClient, arguments: dict[str, str]) -> None:
    for form in ("html", "json", "csv"):
        assert small.get("/search", query_string={**arguments, "format": form}).status_code == 200


@pytest.fixture(scope="module")
def small(app_client: FlaskClient) -> FlaskClient:
    return app_client


def test_where_nothing_is_found_there_are_ways_out(shipped: FlaskClient) -> None:
    text = page(shipped, "/search?q=birzeit&kind=project&country=italy")
    assert "Nothing was found" in text
    assert "Without any filter: <bdi>birzeit</bdi>" in text
    text = page(shipped, "/search?q=water+zzzzqqq")
    assert '<a href="/search?q=water">Only the word <bdi>water</bdi></a>' in text
    assert "<bdi>birzeit</bdi>" in page(shipped, "/search?q=birzet")


def test_a_hit_in_a_text_shows_where(shipped: FlaskClient) -> None:
    body = asked(shipped, q="gender equality policies")
    told = [item for item in body["results"] if "snippet" in item]
    assert told
    assert all("polic" in item["snippet"].casefold() or "gender" in item["snippet"].casefold() for item in told)
    assert "<mark>" in page(shipped, "/search?q=gender equality policies")


def test_suggestions_are_few_named_and_quick(shipped: FlaskClient) -> None:
    answer = shipped.get("/search/suggest?q=birz&lang=en")
    told = answer.json
    assert told is not None
    assert told["suggestions"][0] == {
        "name": "Birzeit University",
        "language": "en",
        "kind": "actor",
        "kindLabel": "organisation",
        "href": "/en/actor/birzeit-university",
    }
    again = shipped.get("/search/suggest?q=birz&lang=en", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert shipped.get("/search/suggest?q=").json == {"query": "", "suggestions": []}
    assert 0 < len(json_of(shipped, "/search/suggest?q=u")["suggestions"]) <= 8
    start = time.process_time()
    for text in ("uni", "wat", "med", "clus", "inn"):
        shipped.get("/search/suggest", query_string={"q": text})
    assert (time.process_time() - start) / 5 < 0.05


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_each_language_and_light(shipped: FlaskClient, language: str) -> None:
    answer = shipped.get(f"/search?lang={language}", headers=HTML, follow_redirects=True)
    assert answer.status_code == 200
    assert len(answer.data) < 60_000
    assert not re.search(r">\s*(?:facet|order|search|money|kind)\.[a-z.-]+\s*<", answer.text)


def test_the_order_by_name_is_that_of_the_reader(shipped: FlaskClient) -> None:
    for language in ("en", "ar"):
        body = asked(shipped, kind="place", sort="name", lang=language)
        labels = [item["label"].casefold() for item in body["results"]]
        assert labels == sorted(labels)
