"""In which languages a request is answered: those its address names, else those its reader's browser prefers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from medkg.settings import LANGUAGES

#: Stands between two languages of an address: ``/ar,fr/project/innomed-up``.
BETWEEN: Final = ","


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of an answer: that of the page first, then those in which names are sought that it lacks.

    ``told`` says that the address names them: then every link of the page names them, too.
    """

    order: tuple[str, ...]
    told: bool = False

    @property
    def page(self) -> str:
        """Give the language of the page."""
        return self.order[0]

    @property
    def base(self) -> str:
        """Give what addresses begin with that keep these languages; empty where the address names none."""
        return base_of(self.order) if self.told else ""

    @property
    def tag(self) -> str:
        """Give them as a part of an entity tag."""
        return "-".join(self.order)


def base_of(order: Iterable[str]) -> str:
    """Give what an address begins with that names languages."""
    return f"/{BETWEEN.join(order)}"


def languages_in(text: str) -> tuple[str, ...]:
    """Give the languages of a text like ``ar,fr``; none where one of them is unknown, or named twice."""
    found = tuple(text.split(BETWEEN))
    known = len(set(found)) == len(found) and all(item in LANGUAGES for item in found)
    return found if known else ()


def split_path(path: str) -> tuple[tuple[str, ...], str]:
    """Split ``/ar,fr/project/x`` into the languages that it names and the path without them."""
    first, _, rest = path.removeprefix("/").partition("/")
    found = languages_in(first)
    return (found, f"/{rest}") if found else ((), path)


def languages_of(default: str, told: Sequence[str], argument: str, accept_language: str) -> Languages:
    """Give the languages of a request: those its path names, else ``?lang=``, else Accept-Language, else the default.

    The first that names one decides; what the others say is left out, so that an address with languages says the same
    to everybody.
    """
    named = tuple(told) or languages_in(argument)
    if named:
        return Languages(named, told=True)
    return Languages(_preferred(accept_language) or (default,))


def _preferred(accept_language: str) -> tuple[str, ...]:
    """Give those of our languages that a browser likes, best first; ``fr-CH`` likes French."""
    liked = parse_accept_header(accept_language, LanguageAccept)
    words = (name.partition("-")[0].lower() for name, quality in liked if quality > 0)
    return tuple(dict.fromkeys(word for word in words if word in LANGUAGES))
