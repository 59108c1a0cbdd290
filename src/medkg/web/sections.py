"""Which sections of what is said about a thing stand on its page, and which on pages of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

import medkg.web.components as parts
from medkg.web.compose import Composer
from medkg.web.describe import Story
from medkg.web.heads import ElsewhereView
from medkg.web.links import page_path
from medkg.web.paging import link
from medkg.web.reading_order import NAMES, SECTIONS, section_of
from medkg.web.statements import Statement, Thing

#: Sections besides those of properties. What founding documents also say has always a page of its own.
NAMES_KEY: Final = "names"
GAPS_KEY: Final = "gaps"
REMAINDER_KEY: Final = "remainder"
SECTION_KEYS: Final = (*SECTIONS, GAPS_KEY, REMAINDER_KEY)
#: Statements, with their origins, that a page bears beside its overview: about 90 kB.
_ROOM: Final = 260


class Sections:
    """The sections of one story: how much each holds, and which of them its page bears."""

    def __init__(self, story: Story, again: Collection[str]) -> None:
        """Take a story, and the properties that its page tells elsewhere."""
        self.story = story
        self._again = again
        self._told: set[str] = {story.thing.iri, *story.gaps}
        self.sizes = {key: size for key in (*SECTIONS, GAPS_KEY) if (size := self._size(key))}
        self.here = _fitting(self.sizes)

    def elsewhere(self, more: Sequence[str] = ()) -> tuple[ElsewhereView, ...]:
        """Give the ways to the sections that have pages of their own; ``more`` are such sections of unknown size."""
        path = page_path(self.story.thing.iri) or "/"
        keys = [key for key in self.sizes if key not in self.here]
        return tuple(ElsewhereView(key, link(path, {"section": key})) for key in (*keys, *more))

    def views(self, composer: Composer, keys: Collection[str]) -> tuple[parts.SectionView, ...]:
        """Give the sections of properties among some keys, in reading order."""
        grouped: dict[str, list[parts.PropertyView]] = {key: [] for key in SECTIONS if key in keys}
        left_out = [*NAMES, *(name for name in self.story.thing.properties if section_of(name) not in grouped)]
        for item in composer.properties(self.story.thing, leave_out=left_out):
            grouped[section_of(item.iri)].append(item)
        return tuple(self._section(key, items) for key, items in grouped.items() if items)

    def _section(self, key: str, items: Sequence[parts.PropertyView]) -> parts.SectionView:
        first = tuple(item for item in items if item.iri not in self._again)
        return parts.SectionView(key, first, tuple(item for item in items if item.iri in self._again))

    def _size(self, key: str) -> int:
        if key == GAPS_KEY:
            return sum(self._weight(self.story.parts[gap]) for gap in self.story.gaps)
        said = self.story.thing.properties.items()
        return sum(self._weighed(items) for name, items in said if section_of(name) == key)

    def _weight(self, thing: Thing) -> int:
        return sum(self._weighed(items) for items in thing.properties.values())

    def _weighed(self, items: Sequence[Statement]) -> int:
        """Give how many statements and origins are told of a property, those of its parts included, each part once."""
        size = sum(1 + len(item.origins) for item in items)
        for item in items:
            iri = item.value.value if isinstance(item.value, ox.NamedNode) else ""
            if iri in self.story.parts and iri not in self._told and self.story.parents.get(iri) == item.subject:
                self._told.add(iri)
                size += self._weight(self.story.parts[iri])
        return size


def _fitting(sizes: Mapping[str, int]) -> frozenset[str]:
    """Give the sections that fit on a page: in reading order, each that still has room."""
    room, found = _ROOM, set()
    for key, size in sizes.items():
        if size <= room:
            room -= size
            found.add(key)
    return frozenset(found)
