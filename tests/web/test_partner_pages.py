"""Partner searches and matches as users reach them: the weights in the form, the day in the answer, clear refusals."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from medkg.web import create_app
from tests.store.small_stores import medkg
from tests.web.conftest import close, settings_of

ASKED = "project=id:project/innomed-up&type=university"
WEIGHTS = ("need", "eligibility", "value-chain", "helix", "country", "capability", "cooperation")


@pytest.fixture(scope="module")
def client(shipped_home: Path) -> Iterator[FlaskClient]:
    """Give a client of the shipped registry."""
    app = create_app(settings_of(shipped_home))
    yield app.test_client()
    close(app)


def bodies(page: str) -> list[str]:
    """Give the names in the table of candidates in their order."""
    table = page[page.index('id="candidates"') : page.index('id="terms"')]
    return [unescape(name) for name in re.findall(r"<td>\s*<a[^>]*>(?:<bdi[^>]*>)?([^<]+)", table)]


def test_the_form_has_the_weights_and_the_ranking_follows_them(client: FlaskClient) -> None:
    page = client.get(f"/analyses/partner-match?{ASKED}").get_data(as_text=True)
    fields = dict(re.findall(r'name="weight-([a-z-]+)" value="(\d+)"', page))
    assert fields == dict(zip(WEIGHTS, ("5", "3", "4", "3", "2", "3", "2"), strict=True))
    changed = client.get(f"/analyses/partner-match?{ASKED}&weight-need=0&weight-capability=20").get_data(as_text=True)
    assert 'name="weight-capability" value="20"' in changed
    assert bodies(page)[0] == "Università di Valencia"
    assert bodies(changed)[0] == "The European Institute of the Mediterranean"


def test_the_addresses_of_rows_and_tables_keep_weights_and_day(client: FlaskClient) -> None:
    page = unescape(
        client.get(f"/analyses/partner-match?{ASKED}&weight-country=7&on=2026-03-15").get_data(as_text=True)
    )
    evidence = next(href for href in re.findall(r'href="([^"]*table=candidates[^"]*)"', page))
    assert "weight-country=7" in evidence
    assert "on=2026-03-15" in evidence
    text = client.get(evidence).get_data(as_text=True)
    assert "CreativeWear" in text
    (table,) = re.findall(r'href="(/api/analyses/partner-match/points\.csv[^"]*)"', page)
    lines = client.get(table).get_data(as_text=True).splitlines()
    assert lines[0] == "body,body_iri,term,value,weight,points"
    assert any(line.endswith("New country,1.000,7,7.000") for line in lines)


def test_the_answer_says_the_day_and_its_tag_ends_with_it(client: FlaskClient) -> None:
    before = datetime.datetime.now(datetime.UTC).date()
    answer = client.get("/api/analyses/partner-searches")
    days = {before.isoformat(), datetime.datetime.now(datetime.UTC).date().isoformat()}
    assert json.loads(answer.data)["given"]["on"] in days
    assert any(day in answer.headers["ETag"] for day in days)
    assert "on" in {one["name"] for one in listed(client, "partner-searches")["parameters"]}
    again = client.get("/api/analyses/partner-searches", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == (304 if len(days) == 1 else 200)


def listed(client: FlaskClient, name: str) -> dict[str, list[dict[str, object]]]:
    found = json.loads(client.get("/api/analyses").data)["analyses"]
    return next(one for one in found if one["id"] == name)


def test_the_list_of_analyses_tells_the_usual_weights(client: FlaskClient) -> None:
    told = {one["name"]: one["default"] for one in listed(client, "partner-match")["parameters"]}
    assert told["weight-need"] == "5"
    assert told["search"] is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("search=id:search/none", "nothing is known of"),
        ("search=id:project/innomed-up", "is no partner search"),
        ("search=id:search/med-mci&project=id:project/innomed-up", "is a search of another project"),
        ("search=id:search/med-mci&weight-need=-1", "-1 is no weight"),
        ("search=id:search/med-mci&weight-need=1e3", "is not of type integer"),
        ("search=id:search/med-mci&" + "&".join(f"weight-{name}=0" for name in WEIGHTS), "all weights are zero"),
        ("search=id:search/med-mci&on=soon", "is not of type date"),
    ],
)
def test_page_and_api_refuse_alike(client: FlaskClient, asked: str, told: str) -> None:
    for start in ("/api", ""):
        answer = client.get(f"{start}/analyses/partner-match?{asked}", headers={"Accept": "application/json"})
        assert (answer.status_code, told in json.loads(answer.data)["detail"]) == (400, True)


def test_the_command_refuses_and_answers_as_well(shipped_home: Path) -> None:
    wrong = medkg(shipped_home, "analyse", "partner-match", "-p", "type=university", "-p", "weight-need=-1")
    assert (wrong.returncode, "-1 is no weight" in wrong.stderr) == (1, True)
    given = ("-p", "search=id:search/med-mci", "-p", "on=2026-03-15", "--format", "json")
    told = json.loads(medkg(shipped_home, "analyse", "partner-match", *given).stdout)
    rows = [row for table in told["tables"] for row in table["rows"]]
    assert all(item["origins"] for row in rows for item in row["evidence"])


def test_the_page_of_a_project_leads_to_its_match(client: FlaskClient) -> None:
    text = unescape(client.get("/project/innomed-up", follow_redirects=True).get_data(as_text=True))
    assert "/analyses/partner-match?project=" in text


def test_words_in_a_field_mean_things_of_its_kinds_only(client: FlaskClient) -> None:
    page = unescape(client.get("/analyses/partner-match?search=med-mci").get_data(as_text=True))
    choices = re.findall(r'partner-match\?search=(https[^&"]+)&', page)
    assert choices == ["https%3A%2F%2Fw3id.org%2Fmedkg%2Fid%2Fsearch%2Fmed-mci"]
