"""The texts of the pages: every text used exists in every language, none is there for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message

import medkg.web
from medkg.endpoint.problems import HTTP_NAMES, STATUSES
from medkg.namespaces import MK, RDF, Graphs, compact
from medkg.search.facets import facets
from medkg.settings import LANGUAGES
from medkg.store.reader import Reader
from medkg.web.asked import ORDERS
from medkg.web.blueprints.home import DOORS
from medkg.web.faults import HINTS
from medkg.web.guide import STEPS, SUBJECTS
from medkg.web.i18n import NATIVE_NAMES
from medkg.web.i18n.catalogues import catalogue_path, outside_terms, read_translations
from medkg.web.limits import TOLD_LIMITS
from medkg.web.links import ENTITY_KINDS, LISTED_KINDS
from medkg.web.negotiation import ENTITY_FORMATS
from medkg.web.overview.kinds import LISTINGS
from medkg.web.searching import WAYS_OUT
from medkg.web.sections import SECTION_KEYS
from medkg.web.sentences import COUNTED, NOUNS, TOLD_KINDS
from medkg.web.statements import Status
from medkg.web.terms import GROUPS

PACKAGE = Path(medkg.web.__file__).parent
CALL = re.compile(r"""\bn?(?:_|gettext)\(\s*["']([a-z-]+(?:\.[a-z-]+)+)["']\s*[,)]""")
LIMITS = {f"limit.{name}" for name in TOLD_LIMITS} | {"problem.limit-exceeded"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def used() -> set[str]:
    """Give the keys that templates and code name, and those that are made from lists in the code."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "templates").rglob("*.html"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    keys = set(CALL.findall(texts)) | set(CALL.findall(code)) | set(re.findall(r'Shown\("([a-z]+\.[a-z]+)"\)', code))
    keys |= {f"kind.{kind}" for kind in LISTED_KINDS}
    keys |= {
        f"kind.one.{kind}" for kind in (*LISTED_KINDS, *ENTITY_KINDS, "term", "concept", "scheme", "graph", "other")
    }
    keys |= {f"section.{key}" for key in SECTION_KEYS} | {f"status.{status}" for status in Status}
    keys |= {f"format.{name}" for name in (*ENTITY_FORMATS, "xml", "tsv")}
    keys |= {f"door.{door.key}.{part}" for door in DOORS for part in ("title", "text")}
    keys |= {f"ontology.{key}" for key in (*GROUPS, "schemes")}
    keys |= {f"facet.{facet.name}" for facet in facets()} | {f"order.{order}" for order in ORDERS}
    keys |= {f"search.{way}" for way in WAYS_OUT} | {f"money.{band}" for band in ("below", "between")}
    slugs = {slug for _, _, slug in STATUSES} | set(HTTP_NAMES.values())
    keys |= {f"problem.{slug}" for slug in slugs} | {f"problem.{slug}.text" for slug in slugs}
    keys |= set(HINTS.values())
    keys |= {f"help.{key}.{part}" for key in SUBJECTS for part in ("title", "text")}
    keys |= {f"help.status.{status}" for status in Status}
    keys |= {f"tour.{step}.{part}" for step in STEPS for part in ("title", "text", "more")}
    keys |= set(re.findall(r'"(tour\.[a-z]+\.[a-z]+)"', code))
    keys |= {f"what.{noun.lower()}" for kind in TOLD_KINDS for noun in (kind, *NOUNS.get(kind, ()))}
    keys |= {f"counted.{kind}" for counted in COUNTED.values() for kind in counted}
    keys |= {"counted.statement"} | {f"overview.{item.key}" for items in LISTINGS.values() for item in items}
    return keys | {f"{limit}.{part}" for limit in LIMITS for part in ("text", "remedy")}


def catalogue(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return pofile.read_po(file, locale=language, abort_invalid=True)


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def keys(language: str) -> set[str]:
    return {key_of(message) for message in catalogue(language) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_every_text_and_no_other(language: str) -> None:
    found = {key for key in keys(language) if not key.startswith("term.")}
    assert found - used() == set(), "texts nobody uses"
    assert used() - found == set(), "texts that are missing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(str(form).strip() for form in forms), key_of(message)
            assert not message.fuzzy


@pytest.mark.parametrize("language", [item for item in LANGUAGES if item != "en"])
def test_texts_have_the_same_placeholders(language: str) -> None:
    english = {key_of(item): item for item in catalogue("en") if item.id}
    for message in catalogue(language):
        if message.id and isinstance(message.string, str):
            expected = set(PLACEHOLDER.findall(str(english[key_of(message)].string)))
            assert set(PLACEHOLDER.findall(message.string)) == expected, key_of(message)


def words(text: str) -> list[str]:
    """Give the words of a text itself; a pattern may have none."""
    return re.findall(r"\w+", PLACEHOLDER.sub("", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_have_the_placeholders_of_english(language: str) -> None:
    """Forms for one and for two may say the number in words; every other form has all placeholders, none has more."""
    english = {key_of(item): item for item in catalogue("en") if item.id}
    for message in catalogue(language):
        if isinstance(message.string, tuple):
            expected = set(PLACEHOLDER.findall(" ".join(english[key_of(message)].string or ())))
            found = [set(PLACEHOLDER.findall(str(form))) for form in message.string]
            assert all(names <= expected for names in found), key_of(message)
            assert found[-1] == expected, key_of(message)


@pytest.mark.parametrize("language", [item for item in LANGUAGES if item != "en"])
def test_texts_are_translated(language: str) -> None:
    """A text that reads the same as in English is a word both languages share, never a sentence."""
    english, other = read_translations("en"), read_translations(language)
    same = [
        key
        for key in keys(language)
        if other.gettext(key) == english.gettext(key)
        and " " in other.gettext(key).strip()
        and words(other.gettext(key))
    ]
    assert same == []


def test_arabic_counts_in_six_forms() -> None:
    texts = {
        number: read_translations("ar").ngettext("home.statements", "home.statements", number)
        for number in (0, 1, 2, 3, 11, 100)
    }
    assert len(set(texts.values())) == 5
    assert texts[1] == "عبارة واحدة إجمالًا."


def test_all_languages_name_the_same_outside_terms() -> None:
    names = [set(outside_terms(language)) for language in LANGUAGES]
    assert names[0] >= {"rdf:type", "skos:prefLabel", "dcterms:title"}
    assert all(found == names[0] for found in names)
    assert set(NATIVE_NAMES) == set(LANGUAGES)


def test_every_outside_term_of_the_facts_has_a_name(shipped_home: Path) -> None:
    named = set(outside_terms("en"))
    graphs = (Graphs.SOURCE, Graphs.EXTERNAL, Graphs.CATALOG, Graphs.INFERRED, Graphs.PREFERRED)
    engine = Reader(shipped_home).snapshot().engine
    met: set[str] = set()
    for graph in engine.named_graphs():
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(graphs):
            quads = list(engine.quads_for_pattern(None, None, None, graph))
            met |= {quad.predicate.value for quad in quads}
            kinds = {quad.object for quad in quads if quad.predicate.value == RDF + "type"}
            met |= {kind.value for kind in kinds if isinstance(kind, ox.NamedNode)}
    assert sorted(compact(iri) for iri in met if not iri.startswith(MK) and compact(iri) not in named) == []
