"""What search engines read of a page: schema.org as JSON-LD. Only what the registry says, in words schema.org has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, ID, MK, OWL, RDF, SCHEME, SKOS
from medkg.web.describe import Story
from medkg.web.display import Display
from medkg.web.lexical import text_of
from medkg.web.links import kind_of
from medkg.web.reading_order import NAMES
from medkg.web.sentences import chosen
from medkg.web.statements import Thing
from medkg.web.wording import plain

#: A value of JSON-LD.
Data = str | Mapping[str, "Data"] | Sequence["Data"]
_MOST: Final = 50
_WEB: Final = ("http://", "https://")
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
#: Kind → its type; what is missing is a Thing.
_BY_KIND: Final[Mapping[str, str]] = {
    "project": "Project",
    "actor": "Organization",
    "structure": "Organization",
    "place": "Place",
    "source": "CreativeWork",
    "activity": "Event",
    "term": "DefinedTerm",
    "concept": "DefinedTerm",
    "valuechain": "DefinedTerm",
    "theme": "DefinedTerm",
    "sector": "DefinedTerm",
    "scheme": "DefinedTermSet",
    "graph": "Dataset",
}
#: Classes that say more than the kind does, the most telling first.
_BY_CLASS: Final[Mapping[str, str]] = {
    MK + "HigherEducationInstitution": "CollegeOrUniversity",
    MK + "PublicAuthority": "GovernmentOrganization",
    MK + "Country": "Country",
    MK + "City": "City",
    MK + "Region": "AdministrativeArea",
    MK + "Programme": "FundingScheme",
    MK + "FundingInstrument": "FundingScheme",
    "http://www.w3.org/ns/dcat#Dataset": "Dataset",
}
#: Property of schema.org ← properties of ours whose values are things, by kind.
_LINKS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "project": {"member": ("hasPartner",), "funder": ("underProgramme",), "location": ("involvesCountry",)},
    "actor": {"location": ("locatedIn", "country"), "parentOrganization": ("unitOf",)},
    "structure": {
        "location": ("locatedIn", "country"),
        "member": ("hasMember",),
        "knowsAbout": ("worksOnValueChain", "hasTheme"),
    },
    "place": {"containedInPlace": ("locatedIn",)},
}
#: Property of schema.org ← properties whose values are texts or addresses, by kind.
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "project": {"url": _FOAF + "homepage"},
    "programme": {"url": _FOAF + "homepage"},
    "actor": {"url": _FOAF + "homepage", "legalName": MK + "legalName"},
    "structure": {"url": _FOAF + "homepage", "foundingDate": MK + "foundedOn"},
    "place": {"identifier": SKOS + "notation"},
    "source": {"url": _FOAF + "page", "inLanguage": DCTERMS + "language", "publisher": DCTERMS + "publisher"},
    "other": {"license": DCTERMS + "license", "version": OWL + "versionInfo", "description": DCTERMS + "description"},
}
_SAME: Final = (OWL + "sameAs", SKOS + "exactMatch")


def structured(story: Story, display: Display, description: str, page: str) -> dict[str, Data]:
    """Give the description of a thing; ``page`` is the absolute address of its page, empty where none is known."""
    thing, kind = story.thing, kind_of(story.thing.iri)
    name = plain(display.thing(thing.iri).text)
    found: dict[str, Data] = {"@context": "https://schema.org", **_node(display, thing.iri, _type(thing))}
    others: list[Data] = [text for text in dict.fromkeys(_names(thing)) if text != name]
    found |= {"description": description} if description else {}
    found |= {"alternateName": others[:_MOST]} if others else {}
    found |= {"mainEntityOfPage": page} if page else {}
    found |= {key: value for key, names in _LINKS.get(kind, {}).items() if (value := _linked(thing, display, names))}
    found |= {key: told for key, name in _TEXTS.get(kind, {}).items() if (told := _text(thing, key, name))}
    same: list[Data] = [iri for name in _SAME for iri in thing.iris(name) if iri.startswith(_WEB)]
    if kind in {"concept", "valuechain", "theme", "sector"} and thing.iri.startswith(SCHEME):
        found["inDefinedTermSet"] = thing.iri.rpartition("/")[0]
    return found | ({"sameAs": same[:_MOST]} if same else {})


def _type(thing: Thing) -> str:
    classes = set(thing.iris(RDF + "type"))
    return next((name for iri, name in _BY_CLASS.items() if iri in classes), _BY_KIND.get(kind_of(thing.iri), "Thing"))


def _node(display: Display, iri: str, type_: str) -> dict[str, Data]:
    shown = display.thing(iri)
    return {"@type": type_, "@id": iri, "name": plain(shown.text)}


def _linked(thing: Thing, display: Display, names: Iterable[str]) -> list[Data]:
    """Give the things that the first of some properties with a value leads to."""
    iris = next((found for name in names if (found := chosen(thing, name))), ())
    return [_node(display, iri, _type_of_iri(iri)) for iri in iris[:_MOST]]


def _type_of_iri(iri: str) -> str:
    """Give the type of a thing of which only the IRI is at hand."""
    return "FundingScheme" if iri.startswith(ID + "programme/") else _BY_KIND.get(kind_of(iri), "Thing")


def _text(thing: Thing, key: str, name: str) -> Data:
    texts = [value.value if isinstance(value, ox.NamedNode) else text_of(value) for value in thing.values(name)]
    told = [plain(text) for text in texts[:_MOST] if text and (key != "url" or text.startswith(_WEB))]
    if key == "publisher":
        return [{"@type": "Organization", "name": text} for text in told]
    return told[0] if len(told) == 1 else told


def _names(thing: Thing) -> list[str]:
    return [plain(text_of(value)) for name in NAMES for value in thing.values(name) if text_of(value).strip()]
