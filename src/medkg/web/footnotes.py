"""Notes that belong to a name wherever it is printed: collected while a page is made, printed once at its end."""

from __future__ import annotations

from flask import g

from medkg.web.display import Shown
from medkg.web.rendering import display
from medkg.web.services import generation


def note_name(iri: str) -> str:
    """Remember that the page prints the name of a thing; gives nothing to print."""
    if iri in generation().notes:
        g.setdefault("noted", {})[iri] = None
    return ""


def footnotes() -> tuple[tuple[Shown, Shown], ...]:
    """Give the things printed so far whose names carry a note, each with its note in the language of the page."""
    shown, notes = display(), generation().notes
    return tuple((shown.thing(iri), shown.text(notes.choose(iri, *shown.order))) for iri in sorted(g.get("noted", {})))
