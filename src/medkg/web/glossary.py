"""The words of the ontology that a page uses, each defined once at its end and named where the word stands."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from medkg.namespaces import MK
from medkg.web.display import Shown
from medkg.web.rendering import display
from medkg.web.services import generation


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the ontology with what it means; ``id`` is the place of its definition on the page."""

    id: str
    term: Shown
    meaning: Shown


def word_of(iri: str) -> Word | None:
    """Give a word of the ontology and remember that the page uses it; None for what has no definition."""
    words: dict[str, Word | None] = g.setdefault("words", {})
    if iri not in words:
        words[iri] = _word(iri)
    return words[iri]


def words_used() -> tuple[Word, ...]:
    """Give the words used so far, in the order of their names."""
    found = [word for word in g.get("words", {}).values() if word is not None]
    return tuple(sorted(found, key=lambda word: word.term.text.casefold()))


def _word(iri: str) -> Word | None:
    definitions = generation().definitions
    if not iri.startswith(MK) or iri not in definitions:
        return None
    shown = display()
    return Word(f"w-{iri[len(MK) :]}", shown.thing(iri), shown.text(definitions.choose(iri, *shown.order)))
