"""What a thing is, in one sentence made from what is known of it; what is not known is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import DCTERMS, MK, RDF, SKOS
from medkg.web.describe import Story
from medkg.web.display import Display, Shown
from medkg.web.heads import Sentence
from medkg.web.incoming import Tallies
from medkg.web.lexical import text_of, whole_of
from medkg.web.links import kind_of
from medkg.web.statements import Thing
from medkg.web.wording import Wording

#: Names that a sentence lists before it counts them.
_MOST_LISTED: Final = 3
_PLANNED: Final = "/structure-status/planned"
#: Classes that have words of their own, the most telling first; what has none of them goes by its kind.
NOUNS: Final[Mapping[str, tuple[str, ...]]] = {
    "project": ("ProjectProposal",),
    "programme": ("Call", "FundingInstrument", "ProgrammePriority"),
    "structure": (
        "MetaCluster",
        "ClusterOrganisation",
        "Cluster",
        "InnovationNetwork",
        "InvestmentAlliance",
        "CoworkingCommunity",
        "PublicPrivatePartnership",
    ),
    "place": ("Country", "Region", "City", "MacroRegion"),
}
#: Which references count for which kind: kind of thing that refers → properties, of which the most frequent counts.
COUNTED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "programme": {
        "project": ("underProgramme", "underPriority", "underThematicObjective", "underCall", "supportedByInstrument")
    },
    "place": {
        "actor": ("country", "locatedIn"),
        "structure": ("country", "locatedIn"),
        "project": ("involvesCountry", "coversArea"),
    },
    "valuechain": {"structure": ("worksOnValueChain",), "project": ("targetsValueChain",)},
    "theme": {"structure": ("hasTheme",), "project": ("hasTheme",)},
    "sector": {"structure": ("inSector",), "project": ("inSector",)},
    "indicator": {"target": ("forIndicator",)},
}


@dataclass(frozen=True, slots=True)
class Known:
    """What sentences are made of: the story of a thing, what refers to it, and what the page has found out besides."""

    story: Story
    tallies: Tallies
    kinds: Sequence[Shown] = ()
    partners: int = 0
    countries: int = 0
    statements: int = 0


def sentence_of(known: Known, display: Display) -> Sentence:
    """Give the sentence of a thing in the language of the page."""
    thing, wording = known.story.thing, Wording(display)
    kind = kind_of(thing.iri)
    clauses = _CLAUSES.get(kind)
    name = wording.hold(_unlinked(display.thing(thing.iri)))
    if clauses is None:
        return _defined(known, wording, name)
    rest = "".join(clause(known, wording) for clause in clauses)
    what = wording.texts.gettext(f"what.{noun_of(thing)}")
    return wording.sentence(wording.texts.gettext("sentence.is") % {"name": name, "what": what, "rest": rest})


def noun_of(thing: Thing) -> str:
    """Give the word for what a thing is: that of its most telling class, else that of its kind."""
    kind, classes = kind_of(thing.iri), set(thing.iris(RDF + "type"))
    return next((name for name in NOUNS.get(kind, ()) if MK + name in classes), kind).lower()


def _defined(known: Known, wording: Wording, name: str) -> Sentence:
    """Give the definition of what has one, else its name and kind."""
    texts = [value for value in known.story.thing.values(SKOS + "definition") if isinstance(value, ox.Literal)]
    wanted = (wording.display.language, "en", "")
    texts.sort(key=lambda text: wanted.index(text.language or "") if (text.language or "") in wanted else len(wanted))
    if texts:
        return wording.sentence(wording.hold(wording.display.literal(texts[0])))
    kinds = wording.hold_all(known.kinds[:_MOST_LISTED]) if known.kinds else _kind_word(known, wording)
    return wording.sentence(wording.texts.gettext("sentence.kind") % {"name": name, "kind": kinds})


def _kind_word(known: Known, wording: Wording) -> str:
    return str(wording.texts.gettext(f"kind.one.{kind_of(known.story.thing.iri)}"))


def _of_programme(known: Known, wording: Wording) -> str:
    thing = known.story.thing
    programmes = chosen(thing, "underProgramme") or chosen(thing, "partOfProgramme") or chosen(thing, "callOf")
    if not programmes or len(programmes) > _MOST_LISTED:
        return ""
    names = wording.hold_all([wording.display.thing(iri) for iri in programmes])
    return str(wording.texts.gettext("sentence.of-programme") % {"programme": names})


def _partners(known: Known, wording: Wording) -> str:
    number = known.partners
    if not number:
        return ""
    stated = [whole_of(value) or 0 for value in known.story.thing.values(MK + "statedPartnerCount")]
    count = {"n": wording.display.count(number)}
    if number == 1 or any(other > number for other in stated):
        return str(wording.texts.ngettext("sentence.known-partners", "sentence.known-partners", number) % count)
    return str(wording.texts.ngettext("sentence.partners", "sentence.partners", number) % count)


def _countries(known: Known, wording: Wording) -> str:
    number = known.countries
    if not number:
        return ""
    text = wording.texts.ngettext("sentence.countries", "sentence.countries", number)
    return str(text % {"n": wording.display.count(number)})


def _details(known: Known, wording: Wording) -> str:
    thing, show = known.story.thing, wording.display
    kinds = [wording.hold(show.thing(iri)) for iri in chosen(thing, "organisationType")[:_MOST_LISTED]]
    planned = [wording.texts.gettext("sentence.planned")] if _is_planned(thing) else []
    places = [wording.hold(show.thing(iri)) for iri in chosen(thing, "country") if iri != thing.iri]
    since = [wording.texts.gettext("sentence.since") % {"year": year} for year in _years(thing, "foundedOn")[:1]]
    told = [
        *kinds,
        *planned,
        *places[:_MOST_LISTED],
        *since,
        *_period(thing),
    ]
    return str(wording.texts.gettext("sentence.details") % {"details": _joined(told, wording)}) if told else ""


def _is_planned(thing: Thing) -> bool:
    return any(iri.endswith(_PLANNED) for iri in chosen(thing, "structureStatus"))


def _joined(items: Sequence[str], wording: Wording) -> str:
    return str(wording.texts.gettext("list.comma")).join(items)


def _period(thing: Thing) -> tuple[str, ...]:
    starts, ends = _years(thing, "periodStart"), _years(thing, "periodEnd")
    return (f"{starts[0]}–{ends[0]}",) if starts and ends else ()


def _taking_part(known: Known, wording: Wording) -> str:
    thing = known.story.thing
    number = len({*thing.iris(MK + "partnerIn"), *thing.iris(MK + "participatesIn")})
    if not number:
        return ""
    text = wording.texts.ngettext("sentence.taking-part", "sentence.taking-part", number)
    return str(text % {"n": wording.display.count(number)})


def _members(known: Known, wording: Wording) -> str:
    number = len(set(known.story.thing.iris(MK + "hasMember")))
    if not number:
        return ""
    text = wording.texts.ngettext("sentence.members", "sentence.members", number)
    return str(text % {"n": wording.display.count(number)})


def _value_chains(known: Known, wording: Wording) -> str:
    chains = chosen(known.story.thing, "worksOnValueChain")
    if not chains:
        return ""
    text = wording.texts.ngettext("sentence.value-chains", "sentence.value-chains", len(chains))
    return str(text % {"list": _listed_or_counted(chains, wording)})


def _listed_or_counted(iris: Sequence[str], wording: Wording) -> str:
    if len(iris) > _MOST_LISTED:
        return wording.display.count(len(iris))
    return wording.hold_all([wording.display.thing(iri) for iri in iris])


def _in_registry(known: Known, wording: Wording) -> str:
    counts = {
        kind: known.tallies.most(kind, names) for kind, names in COUNTED.get(kind_of(known.story.thing.iri), {}).items()
    }
    told = [counted(kind, number, wording) for kind, number in counts.items() if number]
    return str(wording.texts.gettext("sentence.in-registry") % {"list": wording.listed(told)}) if told else ""


def counted(kind: str, number: int, wording: Wording) -> str:
    """Give a number of things of a kind in words."""
    text = wording.texts.ngettext(f"counted.{kind}", f"counted.{kind}", number)
    return str(text % {"n": wording.display.count(number)})


def _published(known: Known, wording: Wording) -> str:
    publishers = known.story.thing.values(DCTERMS + "publisher")[:1]
    names = [wording.hold(_unlinked(wording.display.term(value))) for value in publishers]
    return str(wording.texts.gettext("sentence.published") % {"publisher": names[0]}) if names else ""


def _giving(known: Known, wording: Wording) -> str:
    if not known.statements:
        return ""
    told = counted("statement", known.statements, wording)
    return str(wording.texts.gettext("sentence.in-registry") % {"list": told})


def _unlinked(shown: Shown) -> Shown:
    return Shown(shown.text, "", shown.language, shown.direction)


def _years(thing: Thing, name: str) -> list[str]:
    years = [text_of(value)[:4] for value in thing.values(MK + name)]
    return [year for year in years if len(year) == 4 and year.isascii() and year.isdigit()]


def chosen(thing: Thing, name: str) -> tuple[str, ...]:
    """Give the things a property leads to: those chosen among what sources say, where some are."""
    statements = thing.properties.get(MK + name, ())
    first = [item for item in statements if item.preferred] or statements
    return tuple(dict.fromkeys(item.value.value for item in first if isinstance(item.value, ox.NamedNode)))


_Clause = Callable[[Known, Wording], str]
_TOPIC: Final[tuple[_Clause, ...]] = (_in_registry,)
_CLAUSES: Final[Mapping[str, tuple[_Clause, ...]]] = {
    "project": (_of_programme, _partners, _countries),
    "programme": (_details, _of_programme, _in_registry),
    "actor": (_details, _taking_part),
    "structure": (_details, _taking_part, _members, _value_chains),
    "place": (_details, _in_registry),
    "valuechain": _TOPIC,
    "theme": _TOPIC,
    "sector": _TOPIC,
    "source": (_published, _giving),
    "indicator": _TOPIC,
}
#: Kinds with a sentence of their own, and the nouns they need.
TOLD_KINDS: Final = tuple(_CLAUSES)
