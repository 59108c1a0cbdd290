"""The pages of the named queries: each has a form that leads to its answer, in every language and for programs."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medkg.query.catalogue import load_catalogue
from medkg.settings import LANGUAGES, load_settings
from medkg.web.named_queries import is_listed

CATALOGUE = load_catalogue(load_settings({}, {}).queries)
LISTED = [query for query in CATALOGUE.values() if is_listed(query)]
PROJECT = "id:project/innomed-up"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_query_by_its_title(client: FlaskClient, language: str) -> None:
    page = html.unescape(client.get(f"/queries?lang={language}", follow_redirects=True).text)
    assert [query.id for query in LISTED if query.title[language] not in page] == []


def test_every_query_has_a_page_and_those_of_pages_have_none(client: FlaskClient) -> None:
    assert [item.id for item in LISTED if client.get(f"/queries/{item.id}").status_code != 200] == []
    others = [item.id for item in CATALOGUE.values() if not is_listed(item)]
    assert {client.get(f"/queries/{name}").status_code for name in (*others, "none", "..")} == {404}


def test_all_listed_queries_give_tables() -> None:
    assert [item.id for item in LISTED if item.form not in {"SELECT", "ASK"}] == []


def test_the_form_shows_what_was_given_and_what_it_names(client: FlaskClient) -> None:
    page = client.get("/queries/partners-by-country-and-region", query_string={"project": PROJECT}).text
    assert f'value="{PROJECT}"' in page
    assert "VALUES ?project { &lt;https://w3id.org/medkg/id/project/innomed-up&gt; }" in page
    assert '<a href="/project/innomed-up"' in page
    assert '<bdi lang="en" dir="ltr">one project</bdi>' in page


def test_the_call_leads_to_the_answer_in_its_format(client: FlaskClient) -> None:
    page = client.get("/queries/start-and-end-of-projects", query_string={"project": PROJECT}).text
    found = re.search(r"GET http://localhost(\S+)</pre>", page)
    assert found is not None
    answer = client.get(html.unescape(found[1]), follow_redirects=True)
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["project"] == "https://w3id.org/medkg/id/project/innomed-up"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("beneficiaries-of-projects", {}),
        ("projects-by-theme", {"theme": "no theme"}),
        ("projects-by-theme", {"theme": "circular-economy", "other": "1"}),
    ],
)
def test_what_cannot_be_used_is_refused(client: FlaskClient, name: str, given: dict[str, str]) -> None:
    answer = client.get(f"/queries/{name}/result", query_string=given)
    assert answer.status_code == 400
    assert answer.json["type"].endswith("bad-parameter")  # type: ignore[index]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.text(st.characters(codec="utf-8"), max_size=80))
def test_no_value_gets_into_the_query_as_text(app_client: FlaskClient, value: str) -> None:
    answer = app_client.get("/queries/labels-in-a-language/result", query_string={"language": value})
    assert answer.status_code in {303, 400}
    page = app_client.get("/queries/labels-in-a-language", query_string={"language": value or "ar"})
    assert page.status_code in {200, 400}
    assert "<script>" not in page.text


def test_programs_get_the_list_with_its_parameters(client: FlaskClient) -> None:
    told = {item["id"]: item for item in client.get("/queries", headers={"Accept": "application/json"}).json}  # type: ignore[union-attr]
    assert told.keys() == {item.id for item in LISTED}
    assert told["projects-by-theme"]["parameters"]["theme"]["required"] is True
