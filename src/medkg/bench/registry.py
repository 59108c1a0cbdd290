"""A made-up registry of any size, the same for the same size: what measurements are taken on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path

from medkg.namespaces import DCTERMS, MK, RDF, RDFS, XSD

BASE = "https://example.org/registry/"
#: Organisations for each project; each project has as many participations.
PARTNERS = 8
#: A project's own statements, and those of each organisation with its participation.
STATEMENTS_OF_A_PROJECT = 9 + PARTNERS * 9
_PLACES = ("Tunis", "Marseille", "Bari", "Valencia", "Beirut", "Thessaloniki", "Alexandria", "Genova")
_TAGS = ("en", "fr", "es", "it", "ar")
_SCHEMES = ("theme", "sector", "helix")


def write_registry(path: Path, quads: int) -> None:
    """Write exactly ``quads`` distinct statements as N-Quads, in named graphs of five made-up sources."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(islice(_statements(), quads))


def _statements() -> Iterator[str]:
    # The same numbers each time, so that two runs measure the same work.
    chance = random.Random(20_140)  # noqa: S311 - made-up facts, not secrets
    for number in count(1):
        graph = f"<{BASE}graph/{number % 5}>"
        parts = (_project(number, chance), *(_partner(number, place, chance) for place in range(PARTNERS)))
        for subject, predicate, value in chain.from_iterable(parts):
            yield f"{subject} <{predicate}> {value} {graph} .\n"


def _project(number: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    project = f"<{BASE}project/{number}>"
    yield project, RDF + "type", f"<{MK}Project>"
    yield project, MK + "acronym", f'"PROJECT-{number}"'
    yield project, DCTERMS + "title", f'"Project {number} of {chance.choice(_PLACES)}"@{chance.choice(_TAGS)}'
    yield project, DCTERMS + "description", f'"{_text(chance)}"@en'
    yield project, MK + "underPriority", f"<{BASE}priority/{chance.randrange(40)}>"
    yield project, MK + "startDate", f'"{chance.randrange(2007, 2027)}-0{chance.randrange(1, 10)}-01"^^<{XSD}date>'
    yield project, MK + "durationMonths", f'"{chance.randrange(12, 60)}"^^<{XSD}integer>'
    for theme in chance.sample(range(200), 2):
        yield project, MK + "hasTheme", f"<{BASE}theme/{theme}>"


def _partner(number: int, order: int, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    organisation = f"<{BASE}organisation/{number}-{order}>"
    participation = f"<{BASE}participation/{number}-{order}>"
    yield organisation, RDF + "type", f"<{MK}Organisation>"
    yield organisation, RDFS + "label", f'"{_text(chance)[:40]} {number}-{order}"@{chance.choice(_TAGS)}'
    yield organisation, MK + "country", f"<{BASE}place/{chance.randrange(30)}>"
    yield organisation, MK + "inHelix", f"<{BASE}{chance.choice(_SCHEMES)}/{chance.randrange(200)}>"
    yield participation, RDF + "type", f"<{MK}Participation>"
    yield participation, MK + "participationIn", f"<{BASE}project/{number}>"
    yield participation, MK + "participant", organisation
    yield participation, MK + "partnerOrder", f'"{order}"^^<{XSD}integer>'
    yield participation, MK + "amountExact", f'"{chance.randrange(10**6)}.{chance.randrange(1, 10)}"^^<{XSD}decimal>'


def _text(chance: random.Random) -> str:
    return " ".join(f"{chance.choice(_PLACES)} {chance.randrange(10**6)}" for _ in range(5))
