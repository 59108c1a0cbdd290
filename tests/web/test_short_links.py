"""Short links: content-addressed, bounded, kept through restarts; making one runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import BadParameter, Unavailable
from medkg.web import create_app
from medkg.web.short_links import LONGEST, KeptQuery, ShortLinks
from tests.web.conftest import close, settings_of

QUERY = "SELECT ?s { ?s ?p 'é \u202e <b>' } # ?"


@given(
    st.text(min_size=1, max_size=300).filter(str.strip), st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)))
)
def test_what_is_kept_is_found_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, query: str, arguments: list[tuple[str, str]]
) -> None:
    links = ShortLinks(tmp_path_factory.getbasetemp(), a_minute=10_000)
    assert links.find(links.keep(query, arguments)) == KeptQuery(query, tuple(arguments))


def test_the_same_query_takes_room_once(tmp_path: Path) -> None:
    keys = {ShortLinks(tmp_path).keep(QUERY) for _ in range(3)}
    assert len(keys) == 1
    assert len(list((tmp_path / "links").iterdir())) == 1
    assert ShortLinks(tmp_path).keep(QUERY, [("default-graph-uri", "urn:g")]) not in keys


@pytest.mark.parametrize("key", ["", "a" * 16, "../../etc/passwd", "A" * 16, "a" * 15, "\x00" * 16])
def test_nothing_is_found_under_another_key(tmp_path: Path, key: str) -> None:
    ShortLinks(tmp_path).keep(QUERY)
    assert ShortLinks(tmp_path).find(key) is None


def test_there_is_an_end_to_room_and_haste(tmp_path: Path) -> None:
    links = ShortLinks(tmp_path, most=2)
    first = links.keep("ASK { 1 }")
    links.keep("ASK { 2 }")
    with pytest.raises(Unavailable, match="all 2 short links are taken"):
        links.keep("ASK { 3 }")
    assert links.keep("ASK { 1 }") == first
    hasty = ShortLinks(tmp_path, a_minute=1)
    hasty.keep("ASK { 4 }")
    with pytest.raises(Unavailable, match="too many"):
        hasty.keep("ASK { 5 }")
    with pytest.raises(BadParameter, match="too long"):
        links.keep("#" * LONGEST)
    with pytest.raises(BadParameter, match="no query"):
        links.keep(" \n")


def test_a_home_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "links").write_text("a file in the place of the folder")
    with pytest.raises(Unavailable, match="cannot be kept") as caught:
        ShortLinks(tmp_path).keep(QUERY)
    assert "Share the address" in str(caught.value.remedy)


@pytest.fixture
def kept(client: FlaskClient) -> str:
    answer = client.post("/sparql/links", data={"query": QUERY, "default-graph-uri": "urn:g", "format": "csv"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_link_leads_to_the_query_and_runs_nothing(client: FlaskClient, kept: str) -> None:
    page = client.get(kept)
    assert page.status_code == 200
    assert "SELECT ?s { ?s ?p &#39;é \u202e &lt;b&gt;&#39; } # ?</textarea>" in page.text
    assert '<input type="hidden" name="default-graph-uri" value="urn:g">' in page.text
    assert f"http://localhost{kept}" in page.text
    assert client.get(kept, headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


def test_a_link_survives_a_restart(home: Path, kept: str, client: FlaskClient) -> None:
    again: Flask = create_app(settings_of(home))
    try:
        assert again.test_client().get(kept).text == client.get(kept).text
    finally:
        close(again)


def test_an_unknown_link_is_not_found(client: FlaskClient) -> None:
    assert client.get("/q/aaaaaaaaaaaaaaaa").status_code == 404
    assert client.get("/sparql/links").status_code == 405
    assert client.post("/sparql/links", data={}).status_code == 400
