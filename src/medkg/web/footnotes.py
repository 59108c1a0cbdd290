"""Notes that belong to a name wherever it is printed: collected while a page is made, printed once at its end."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from flask import g

from medkg.web.display import Shown
from medkg.web.generation import GenerationView
from medkg.web.labels import Labels
from medkg.web.rendering import display
from medkg.web.services import generation

#: Read once per generation; forgotten with it.
_BY_GENERATION: WeakKeyDictionary[GenerationView, Labels] = WeakKeyDictionary()


def note_name(iri: str) -> str:
    """Remember that the page prints the name of a thing; gives nothing to print."""
    if iri in _notes(generation()):
        g.setdefault("noted", {})[iri] = None
    return ""


def footnotes() -> tuple[tuple[Shown, Shown], ...]:
    """Give the things printed so far whose names carry a note, each with its note in the language of the page."""
    shown, notes = display(), _notes(generation())
    return tuple((shown.thing(iri), shown.text(notes.choose(iri, *shown.order))) for iri in sorted(g.get("noted", {})))


def _notes(view: GenerationView) -> Labels:
    found = _BY_GENERATION.get(view)
    if found is None:
        found = Labels(view.texts("footnotes", "note"))
        _BY_GENERATION[view] = found
    return found
