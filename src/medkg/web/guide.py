"""Help: the words of the field, as the ontology defines them. The tour: five screens with links that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.analysis.definition import definitions
from medkg.namespaces import ID, MK, SCHEME
from medkg.search.asking import Found, Search
from medkg.web.analyses import analyses_of
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.guide_views import Meaning, Pointer, Subject
from medkg.web.labels import Text
from medkg.web.links import page_path
from medkg.web.lists import kind_counts
from medkg.web.paging import link

#: Subjects of the help, and the terms and concepts whose definitions stand there.
SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "helix": (
        SCHEME + "helix",
        *(f"{SCHEME}helix/{name}" for name in ("academia", "government", "business", "civil-society")),
    ),
    "meta-cluster": (MK + "Cluster", MK + "MetaCluster"),
    "value-chain": (MK + "ValueChain",),
    "source": (MK + "SourceDocument", MK + "Claim", MK + "Record"),
    "precision": (MK + "BudgetFigure", MK + "amountExact", MK + "amountNominal"),
    "gap": (MK + "DataGap",),
    "languages": (),
    "data": (),
}
#: Where each subject leads: the text of the link (a message), and its address.
_LEADS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "helix": (("", "/analyses/helix-balance"),),
    "meta-cluster": (("kind.structure", "/browse/structure"), ("", "/analyses/meta-cluster-proposals")),
    "value-chain": (("kind.valuechain", "/browse/valuechain"),),
    "source": (("kind.source", "/browse/source"),),
    "precision": (("", "/analyses/money"),),
    "gap": (("", "/analyses/coverage"),),
    "data": (("menu.sparql", "/sparql"), ("menu.ontology", "/ontology")),
}
#: Which subject explains what a list or an analysis is about.
EXPLAINED: Final[Mapping[str, str]] = {
    "valuechain": "value-chain",
    "structure": "meta-cluster",
    "source": "source",
    "helix-balance": "helix",
    "meta-cluster-proposals": "meta-cluster",
    "money": "precision",
    "coverage": "gap",
}
#: The screens of the tour.
STEPS: Final = ("what", "find", "read", "ask", "take")
#: What the tour shows, as long as the registry has it; else the first of its kind.
_PROJECT, _ACTOR = ID + "project/innomed-up", ID + "actor/birzeit-university"
_SPELLINGS: Final = (Text("Birzeit"), Text("بيرزيت", "ar"), Text("birzet"))
#: Hits among which a search of the tour must find what it is for.
_FIRST_FOUND: Final = 5
_MOST_ASKED: Final = 3


def subjects(view: GenerationView, display: Display) -> tuple[Subject, ...]:
    """Give the subjects of the help, with the definitions that this generation has."""
    found = _definitions(view, display, [iri for terms in SUBJECTS.values() for iri in terms])
    return tuple(
        Subject(
            key,
            tuple(Meaning(display.thing(iri), found[iri]) for iri in terms if iri in found),
            tuple(_lead(message, href, display) for message, href in _LEADS.get(key, ())),
        )
        for key, terms in SUBJECTS.items()
    )


def _definitions(view: GenerationView, display: Display, iris: Sequence[str]) -> dict[str, Shown]:
    texts: dict[str, dict[str, str]] = {}
    for row in view.rows_for_many("meanings", "term", iris):
        if isinstance(row["definition"], ox.Literal):
            texts.setdefault(row["term"].value, {})[row["definition"].language or ""] = row["definition"].value
    found = {}
    for iri, known in texts.items():
        language = next((item for item in (*display.order, "en") if item in known), min(known))
        found[iri] = display.text(Text(known[language], language))
    return found


def _lead(key: str, href: str, display: Display) -> Pointer:
    """Give a link of the help; one without a message leads to an analysis, and has its title."""
    if key:
        return Pointer(href, key)
    return Pointer(href, name=Shown(definitions()[href.rpartition("/")[2]].title[display.language]))


def pointers(step: str, view: GenerationView, display: Display) -> tuple[Pointer, ...]:
    """Give the links of a screen of the tour: to things that this generation has."""
    project = _example(view, _PROJECT, "project")
    made = {
        "what": lambda: tuple(
            Pointer(item.href, f"kind.{item.key}", count=item.count) for item in kind_counts(view.members)
        ),
        "find": lambda: _to_find(_example(view, _ACTOR, "actor"), view, display),
        "read": lambda: _to_read(project, display),
        "ask": lambda: _to_ask(project, display),
        "take": lambda: _to_take(project, display),
    }
    return made[step]()


def _example(view: GenerationView, wanted: str, kind: str) -> str:
    if wanted in view.labels:
        return wanted
    return next(iter(view.members[kind]), "")


def _to_find(iri: str, view: GenerationView, display: Display) -> tuple[Pointer, ...]:
    """Give searches that find one thing: by the ways people write its name, or by the name it has."""
    if not iri:
        return ()
    texts = _SPELLINGS if iri == _ACTOR else (display.labels.choose(iri, *display.order),)
    found = (text for text in texts if _finds(view, text.text, iri))
    return tuple(Pointer(link("/search", {"q": text.text}), "tour.find.name", display.text(text)) for text in found)


def _finds(view: GenerationView, text: str, iri: str) -> bool:
    first = Found(view.index, Search(text)).numbers(0, _FIRST_FOUND)
    return iri in map(view.index.iri, first)


def _to_read(iri: str, display: Display) -> tuple[Pointer, ...]:
    path = page_path(iri) if iri else None
    if not path:
        return ()
    return (
        Pointer(path, "tour.read.page", _unlinked(display, iri)),
        Pointer(f"{path}#sources", "tour.read.sources"),
        Pointer("/help#source", "tour.read.marks"),
    )


def _to_ask(iri: str, display: Display) -> tuple[Pointer, ...]:
    asked = analyses_of(iri, "project", display.language)[:_MOST_ASKED] if iri else ()
    told = tuple(Pointer(item.href, name=Shown(item.title)) for item in asked)
    return (*told, Pointer("/analyses", "tour.ask.all"))


def _to_take(iri: str, display: Display) -> tuple[Pointer, ...]:
    path = page_path(iri) if iri else None
    own = (("tour.take.table", ".csv"), ("tour.take.linked", ".ttl")) if path else ()
    name = _unlinked(display, iri) if path else None
    files = tuple(Pointer(f"{path}{suffix}", key, name) for key, suffix in own)
    return (*files, Pointer("/sparql", "tour.take.query"), Pointer("/ontology", "tour.take.ontology"))


def _unlinked(display: Display, iri: str) -> Shown:
    shown = display.thing(iri)
    return Shown(shown.text, "", shown.language, shown.direction)
