"""Countries, regions and cities: names, codes, and what lies where."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from babel import Locale

from medkg.namespaces import ID, MK, RDF, RDFS
from medkg.settings import LANGUAGES
from tests.data.lookup_tables import DATA, mapped, rows

COUNTRIES = rows(DATA / "places" / "countries.csv")
PLACES = rows(DATA / "places" / "places.csv")
NAMES = rows(DATA / "places" / "place-names.csv")
EU_OF_THE_REGISTRY = {"BE", "BG", "CY", "DE", "ES", "FR", "GR", "HR", "IT", "MT", "PT", "SI"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> ox.Dataset:
    return ox.Dataset(mapped(tmp_path_factory.mktemp("data"), "places"))


def place(slug: str) -> ox.NamedNode:
    return ox.NamedNode(f"{ID}place/{slug}")


def objects(graph: ox.Dataset, slug: str, property_iri: str) -> list[object]:
    found = graph.quads_for_subject(place(slug))
    return [quad.object for quad in found if quad.predicate.value == property_iri]


def containers(graph: ox.Dataset, slug: str) -> list[str]:
    """Give what a place lies in, from the nearest outward."""
    chain: list[str] = []
    current = slug
    while found := objects(graph, current, MK + "locatedIn"):
        (around,) = found
        assert isinstance(around, ox.NamedNode)
        current = around.value.rpartition("/")[2]
        chain.append(current)
    return chain


@pytest.mark.parametrize("language", LANGUAGES)
def test_country_names_are_those_of_cldr(language: str) -> None:
    territories = Locale(language).territories
    differing = {row["code"] for row in COUNTRIES if row[language] != territories[row["code"]]}
    assert differing == {"PS"}


def test_the_name_that_differs_from_cldr_carries_its_footnote(graph: ox.Dataset) -> None:
    noted = [row for row in COUNTRIES if row["footnote"]]
    assert [row["code"] for row in noted] == ["PS"]
    assert noted[0]["ar"] == "فلسطين"
    assert objects(graph, "palestine", MK + "footnote") == [ox.Literal(noted[0]["footnote"], language="en")]


def test_country_codes_are_whole_and_used_once() -> None:
    for column, length in (("code", 2), ("iso3", 3)):
        codes = [row[column] for row in COUNTRIES]
        assert len(set(codes)) == len(codes)
        assert all(len(code) == length and code.isascii() and code.isupper() for code in codes)


def test_members_of_the_european_union_are_marked() -> None:
    assert {row["code"] for row in COUNTRIES if row["eu_member"] == "true"} == EU_OF_THE_REGISTRY


def test_every_place_leads_to_the_country_of_its_row(graph: ox.Dataset) -> None:
    slugs = {row["code"]: row["slug"] for row in COUNTRIES}
    wrong = {
        row["slug"]: found
        for row in PLACES
        if (found := containers(graph, row["slug"])[-1:]) != ([slugs[row["country"]]] if row["country"] else [])
    }
    assert wrong == {}


def test_places_without_country_are_macro_regions_or_explained() -> None:
    bare = [row for row in PLACES if not row["country"] and row["type"] != "mk:MacroRegion"]
    assert [row["slug"] for row in bare] == ["jerusalem"]
    assert all(row["note"] for row in bare)


def test_a_city_lies_in_a_region_or_a_country_and_a_region_never_in_a_city(graph: ox.Dataset) -> None:
    kinds = {row["slug"]: row["type"] for row in PLACES} | {row["slug"]: "mk:Country" for row in COUNTRIES}
    for row in PLACES:
        assert {kinds[around] for around in containers(graph, row["slug"])} <= {"mk:Region", "mk:Country"}


@pytest.mark.parametrize(
    ("city", "region", "country"),
    [
        ("tunis", "tunis-governorate", "tunisia"),
        ("amman", "amman-governorate", "jordan"),
        ("barcelona", "barcelona-province", "spain"),
        ("prato", "toscana", "italy"),
        ("murcia", "region-of-murcia", "spain"),
    ],
)
def test_a_city_and_a_region_of_one_name_are_two_places(
    graph: ox.Dataset, city: str, region: str, country: str
) -> None:
    assert objects(graph, city, RDF + "type") == [ox.NamedNode(MK + "City")]
    assert objects(graph, region, RDF + "type") == [ox.NamedNode(MK + "Region")]
    chain = containers(graph, city)
    assert (chain[0], chain[-1]) == (region, country)


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("toscana", {"Toscana", "Tuscany"}),
        ("catalonia", {"Catalonia", "Catalunya"}),
        ("andalucia", {"Andalucía", "Andalusia"}),
        ("puglia", {"Puglia", "Apulia"}),
        ("sardegna", {"Sardegna", "Sardinia"}),
        ("seville", {"Seville", "Sevilla"}),
        ("marrakesh", {"Marrakesh", "Marrakech"}),
    ],
)
def test_one_place_has_all_the_names_that_sources_print(graph: ox.Dataset, slug: str, names: set[str]) -> None:
    labels = {label.value for label in objects(graph, slug, RDFS + "label") if isinstance(label, ox.Literal)}
    assert names <= labels


def test_no_name_stands_twice_for_a_place() -> None:
    first = [(row["slug"], row["label"], row["language"]) for row in PLACES]
    more = [(row["place"], row["name"], row["language"]) for row in NAMES]
    assert len(set(first + more)) == len(first + more)


def test_codes_are_given_only_to_the_places_they_were_looked_up_for(graph: ox.Dataset) -> None:
    notation = "http://www.w3.org/2004/02/skos/core#notation"
    expected = {"attiki": "EL30", "toscana": "ITI1", "sicilia": "ITG1", "tunis-governorate": "TN-11"}
    expected |= {"amman-governorate": "JO-AM", "barcelona-province": "ES-B"}
    found = {row["slug"]: objects(graph, row["slug"], notation) for row in PLACES}
    assert {slug: codes for slug, codes in found.items() if codes} == {
        slug: [ox.Literal(code)] for slug, code in expected.items()
    }


def test_greece_has_its_iso_and_its_european_code(graph: ox.Dataset) -> None:
    notation = "http://www.w3.org/2004/02/skos/core#notation"
    assert set(objects(graph, "greece", notation)) == {ox.Literal("GR"), ox.Literal("EL")}


def test_reading_the_places_is_the_same_from_any_folder(graph: ox.Dataset, tmp_path: Path) -> None:
    assert ox.Dataset(mapped(tmp_path, "places")) == graph
