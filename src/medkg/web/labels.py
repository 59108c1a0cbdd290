"""The names of things in one generation, in memory, and the choice among languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from medkg.namespaces import compact
from medkg.search.naming import chosen

RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur"})


def direction(language: str) -> str:
    """Give the direction texts of a language run in: ``rtl`` or ``ltr``."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language; the empty language means that none is known."""

    text: str
    language: str = ""

    @property
    def direction(self) -> str:
        """Give the text's direction; ``auto`` where the language is not known."""
        return direction(self.language) if self.language else "auto"


class Labels:
    """IRI to its chosen names, one per language (graph ``preferred``)."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Take rows of IRI, text, language."""
        names: dict[str, dict[str, str]] = {}
        for iri, text, language in rows:
            names.setdefault(iri, {})[language] = text
        self._names: Mapping[str, Mapping[str, str]] = names

    def __contains__(self, iri: object) -> bool:
        return iri in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def all(self, iri: str) -> Mapping[str, str]:
        """Give language → name; empty where the thing has no name."""
        return self._names.get(iri, {})

    def choose(self, iri: str, *languages: str) -> Text:
        """Give the name in the first of the languages that has one, else English, else one without language, else any.

        A thing without a name has the short form of its IRI.
        """
        names = self._names.get(iri)
        if not names:
            return Text(compact(iri))
        wanted = chosen(names, *languages)
        return Text(names[wanted], wanted)
