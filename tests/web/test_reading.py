"""What people who read the pages of the shipped registry meet: years, truths, names found, nothing told twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from medkg.search.kinds import HELPER_KINDS
from medkg.settings import Settings
from medkg.web import create_app

HTML = {"Accept": "text/html"}
INNERMOST = re.compile(r"<details(?:(?!<details).)*?</details>", re.DOTALL)
YES = {"en": "yes", "fr": "oui", "es": "sí", "it": "sì", "ar": "نعم"}


@pytest.fixture(scope="module")
def shipped(shipped_home: Path) -> FlaskClient:
    """Give a client of the shipped registry."""
    return create_app(Settings(home=shipped_home, page_size=500)).test_client(use_cookies=False)


def text_of(client: FlaskClient, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={**HTML, "Accept-Language": language})
    assert answer.status_code == 200, path
    return answer.text


@pytest.mark.parametrize("language", list(YES))
def test_years_are_no_amounts(shipped: FlaskClient, language: str) -> None:
    grouped = re.compile(r">2[.,\u202f\xa0]0[0-2]\d<")
    for path in ("/programme/med-2007-2013", "/browse/programme", "/search?q=2007&kind=programme"):
        page = text_of(shipped, path, language)
        assert '<data value="2007">2007</data>' in page, path
        assert not grouped.search(page), path


def test_claim_about_a_year_shows_it_as_a_year(shipped: FlaskClient) -> None:
    page = text_of(shipped, "/programme/med-2007-2013")
    statement = page[page.index('<data value="2007">2007</data>', page.index('class="properties"')) :]
    claim = re.search(r'href="(/claim/[^"]+)"', statement)
    assert claim
    assert '<data value="2007">2007</data>' in text_of(shipped, claim[1])


@pytest.mark.parametrize("language", list(YES))
def test_truths_are_said_in_the_language(shipped: FlaskClient, language: str) -> None:
    page = text_of(shipped, "/place/italy", language)
    assert f'<data value="true">{YES[language]}</data>' in page
    assert ">true<" not in page


def found(client: FlaskClient, text: str, **arguments: str) -> list[dict[str, object]]:
    body = client.get("/search", query_string={"q": text, "format": "json", **arguments}).json
    assert body is not None
    results: list[dict[str, object]] = body["results"]
    return results


@pytest.mark.parametrize(
    ("with_marks", "without"),
    [
        ("Méditerranée", "Mediterranee"),
        ("Pôle Mer Méditerranée", "pole mer mediterranee"),
        ("Università di Cagliari", "Universita di Cagliari"),
        ("économie", "economie"),
        ("España", "Espana"),
        ("Fundació", "Fundacio"),
        ("Ελλάδα", "Ελλαδα"),
    ],
)
def test_marks_on_letters_change_nothing(shipped: FlaskClient, with_marks: str, without: str) -> None:
    first, second = found(shipped, with_marks), found(shipped, without)
    assert [item["iri"] for item in first] == [item["iri"] for item in second]
    assert first


def test_latin_words_do_not_meet_by_consonants(shipped: FlaskClient) -> None:
    for item in found(shipped, "Méditerranée"):
        assert "mediterranee" in re.sub("[éÉ]", "e", f"{item['label']} {item.get('matched', '')}").casefold()


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("بيرزيت", "actor/birzeit-university"),
        ("الأردن", "place/jordan"),
        ("innomedup", "project/innomed-up"),
        ("INNOMED UP", "project/innomed-up"),
        ("polemer", "structure/pole-mer-mediterranee"),
        ("med mci", "project/med-mci"),
        ("medmci", "project/med-mci"),
    ],
)
def test_names_are_found_however_they_are_written(shipped: FlaskClient, text: str, iri: str) -> None:
    assert found(shipped, text)[0]["iri"] == f"https://w3id.org/medkg/id/{iri}"


@pytest.mark.parametrize("text", ["innomed", "jordan", "birzeit", "università"])
def test_helpers_come_when_asked_for(shipped: FlaskClient, text: str) -> None:
    kinds = {str(item["kind"]) for item in found(shipped, text)}
    assert kinds
    assert kinds & HELPER_KINDS == set()
    asked = found(shipped, text, kind="participation")
    assert asked
    assert {item["kind"] for item in asked} == {"participation"}
    assert "kind=participation" in text_of(shipped, f"/search?q={text}")


def test_helpers_come_where_there_is_nothing_else(shipped: FlaskClient) -> None:
    results = found(shipped, "Region of Birzeit University is not given")
    assert {item["kind"] for item in results} == {"gap"}


def test_concepts_found_name_their_scheme(shipped: FlaskClient) -> None:
    concepts = [item for item in found(shipped, "university") if item["kind"] == "concept"]
    assert concepts
    assert all(item["facts"] for item in concepts)
    kind = next(item for item in concepts if str(item["iri"]).endswith("/organisation-type/university"))
    assert kind["facts"] == ["Kind of organisation"]


def section(page: str, key: str) -> str:
    start = page.index(f'<section id="{key}">')
    return page[start : page.index("</section>", start)]


def opened(text: str) -> str:
    """Give what a reader sees before opening anything."""
    while "<details" in text:
        text = INNERMOST.sub("", text)
    return text


def test_partners_stand_once_where_everybody_looks(shipped: FlaskClient) -> None:
    page = text_of(shipped, "/project/innomed-up")
    assert opened(page).count('href="/actor/birzeit-university"') == 1
    assert 'href="/actor/birzeit-university"' in section(page, "o-partners")
    partners = section(page, "partners")
    assert 'href="/ontology/hasPartner"' in partners
    assert 'href="/ontology/hasPartner"' not in opened(partners)
    assert 'href="/ontology/hasParticipation"' not in opened(partners)
    assert 'href="/ontology/involvesCountry"' not in opened(partners)
    assert 'href="/ontology/statedCountry"' in opened(partners)
    assert 'href="/ontology/partnerHelix"' in opened(partners), "nothing else on the page says it"


def test_links_that_come_back_from_what_is_told_above_are_folded(shipped: FlaskClient) -> None:
    incoming = section(text_of(shipped, "/project/innomed-up"), "incoming")
    for predicate in ("participationIn", "partnerIn", "gapAbout"):
        assert f'href="/ontology/{predicate}"' in incoming
        assert f'href="/ontology/{predicate}"' not in opened(incoming)
    assert "<details" not in section(text_of(shipped, "/place/jordan"), "incoming")


def test_folded_parts_are_closed_and_say_what_they_hold(shipped: FlaskClient) -> None:
    page = text_of(shipped, "/project/innomed-up", "fr")
    assert '<details class="again"><summary>La même chose, énoncé par énoncé</summary>' in page
    assert "<details open" not in page


def test_parts_follow_the_numbers_of_their_source(shipped: FlaskClient) -> None:
    for project, first, second in (
        ("med-mci", "med-mci-sme-access", "med-mci-opportunities"),
        ("innomed-up", "innomed-up-specific-1", "innomed-up-specific-2"),
    ):
        told = text_of(shipped, f"/project/{project}?section=objectives")
        assert told.index(f'href="/objective/{first}"') < told.index(f'href="/objective/{second}"')


def test_source_page_gives_one_number_of_statements(shipped: FlaskClient) -> None:
    page = text_of(shipped, "/source/002_345e746b155f8866")
    assert "What this source says, line by line" in page
    assert "each with its source" not in page
    assert "each with its source" in text_of(shipped, "/project/innomed-up")


def test_narrow_tables_label_their_cells_in_the_language(shipped: FlaskClient) -> None:
    assert 'data-label="المنظمة"' in text_of(shipped, "/project/innomed-up", "ar")
    assert 'data-label="À propos de"' in text_of(shipped, "/source/002_345e746b155f8866", "fr")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_what_the_parser_says_is_marked_as_english(shipped: FlaskClient, language: str) -> None:
    answer = shipped.get("/sparql?query=SELECT", headers={**HTML, "Accept-Language": language})
    assert answer.status_code == 400
    assert '<pre class="detail" lang="en" dir="ltr">' in answer.text


NOTE = "The use of this name implies no recognition of a state"


@pytest.mark.parametrize(
    "path", ["/project/innomed-up", "/actor/birzeit-university", "/browse/place", "/search?q=birzeit"]
)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_note_on_a_name_stands_once_where_the_name_stands(shipped: FlaskClient, path: str, language: str) -> None:
    page = text_of(shipped, path, language)
    assert page.count(NOTE) == 1
    note = page[page.index('<aside class="footnotes"') : page.index("</aside>")]
    assert 'href="/place/palestine"' in note
    assert ('lang="en"' in note) is (language != "en")


def test_page_of_the_noted_place_tells_the_note_as_a_statement(shipped: FlaskClient) -> None:
    page = text_of(shipped, "/place/palestine")
    assert page.count(NOTE) == 1
    assert '<aside class="footnotes"' not in page


@pytest.mark.parametrize("path", ["/", "/project/nobody", "/actor/citet", "/place/italy"])
def test_pages_that_do_not_print_the_name_have_no_note(shipped: FlaskClient, path: str) -> None:
    page = shipped.get(path, headers=HTML).text
    assert ('href="/place/palestine"' in page) is (NOTE in page)


def test_programs_find_icon_and_crawling_rules(shipped: FlaskClient) -> None:
    with shipped.get("/favicon.ico") as icon, shipped.get("/static/mark.svg") as mark:
        assert (icon.status_code, icon.mimetype, icon.data) == (200, "image/svg+xml", mark.data)
    with shipped.get("/robots.txt") as robots:
        assert robots.mimetype == "text/plain"
        assert "Disallow: /sparql" in robots.get_data(as_text=True)
