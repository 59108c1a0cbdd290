"""Which of the representations on offer a request gets, from its Accept headers. No I/O, no framework."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

#: Short name of a format → its media types, its own first.
Offered = Mapping[str, Sequence[str]]

_MEDIA_RANGE: Final = re.compile(r"\*/\*|[^\s/*;,]+/(?:\*|[^\s/*;,]+)")
_QUALITY: Final = re.compile(r"(?:0(?:\.\d*)?|1(?:\.0*)?|\.\d+)")
_ITEM: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)+')
_REFUSED: Final = (0.0, 0)
#: Headers remembered: programs send the same few again and again.
_REMEMBERED: Final = 512


class NotAcceptable(Exception):  # noqa: N818 - named as HTTP names it
    """Nothing of what exists is acceptable. ``available`` is name → media type."""

    def __init__(self, available: Mapping[str, str]) -> None:
        super().__init__(", ".join(available.values()))
        self.available = available


class Accept:
    """What an Accept header allows, by media type alone: no answer here differs by ``charset`` or ``level``.

    A header that names no media type at all allows everything, as no header does.
    """

    __slots__ = ("qualities",)

    def __init__(self, header: str) -> None:
        found = weighed(header)
        self.qualities = {name: quality for name, quality in found if _MEDIA_RANGE.fullmatch(name)}

    def __bool__(self) -> bool:
        return bool(self.qualities)

    def names(self, media: str) -> bool:
        """Say whether the header names this very media type."""
        return media in self.qualities

    def quality(self, media: str) -> float:
        """Give how much a media type is liked, from 0 to 1: as its most exact range says."""
        return self.liking(media)[0]

    def liking(self, media: str, first: bool = True) -> tuple[float, int]:
        """Give how much a media type is liked and how exactly it is named.

        A range with an asterisk means a format by its first media type alone: ``application/*`` is no wish for a page,
        although pages may be called ``application/xhtml+xml``.
        """
        kind = media.partition("/")[0]
        for exactness, name in ((2, media), (1, f"{kind}/*"), (0, "*/*")):
            quality = self.qualities.get(name)
            if quality is not None:
                return (quality, exactness) if quality and (first or exactness == 2) else _REFUSED
        return _REFUSED

    def best(self, offered: Offered) -> str | None:
        """Give the format that is liked best, then the one named most exactly, then the first of those offered."""
        if not self.qualities:
            return next(iter(offered))
        likings = {
            name: max(self.liking(media, media == names[0]) for media in names) for name, names in offered.items()
        }
        best = max(likings, key=lambda name: likings[name])
        return best if likings[best] > _REFUSED else None


@lru_cache(maxsize=_REMEMBERED)
def accept_of(header: str) -> Accept:
    """Give what an Accept header allows; the same object for the same header."""
    return Accept(header)


def weighed(header: str) -> list[tuple[str, float]]:
    """Give the items of a header with their q values, in lower case; an item whose q is no number is left out."""
    found = []
    for item in _ITEM.findall(header):
        name, _, parameters = item.partition(";")
        quality = _quality(parameters)
        if quality is not None and name.strip():
            found.append((name.strip().lower(), quality))
    return found


def chosen(accept: Accept, asked: str | None, offered: Offered) -> str:
    """Give the short name of the format to answer in: ``asked``, which is never negotiated, else the best liked.

    Raises:
        NotAcceptable: what is asked for is not on offer, or the header allows nothing of it.
    """
    if asked is not None and asked in offered:
        return asked
    found = accept.best(offered) if asked is None else None
    if found is None:
        raise NotAcceptable({name: media[0] for name, media in offered.items()})
    return found


@lru_cache(maxsize=_REMEMBERED)
def best_coding(header: str, offered: tuple[str, ...]) -> str:
    """Give the content coding to send in, or an empty text for none; of those liked alike the first offered.

    ``identity`` is preferred only where it is given a higher q by name.
    """
    wishes = dict(weighed(header))
    anything = wishes.get("*", 0.0)
    likings = {name: wishes.get(name, anything) for name in offered}
    best = max(likings, key=lambda name: likings[name], default="")
    if not best or likings[best] <= 0:
        return ""
    return "" if wishes.get("identity", 0.0) > likings[best] else best


def _quality(parameters: str) -> float | None:
    for parameter in _pieces(parameters):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return float(value) if _QUALITY.fullmatch(value.strip()) else None
    return 1.0


def _pieces(parameters: str) -> Iterable[str]:
    return parameters.split(";") if parameters else ()
