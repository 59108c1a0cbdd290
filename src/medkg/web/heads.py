"""What heads the page of a thing: its sentence, what programs read, how it is cited, its sections elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medkg.web.display import Shown


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: own words as texts, and the names from the data among them as things to show."""

    pieces: Sequence[str | Shown]

    @property
    def text(self) -> str:
        """Give it without links and isolation."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Citation:
    """How to cite a page: for readers, for BibTeX, for programs that read CSL-JSON."""

    text: str
    bibtex: str
    csl: str


@dataclass(frozen=True, slots=True)
class HeadView:
    """What the head of a page tells programs: title and sentence as plain text, and schema.org as JSON-LD."""

    title: str
    description: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ElsewhereView:
    """A section with a page of its own; its title is the message ``section.<key>``."""

    key: str
    href: str
