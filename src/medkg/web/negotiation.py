"""Which representation a request gets: an explicit suffix or ``?format=`` first, then the Accept header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Request
from werkzeug.datastructures import MIMEAccept

from medkg.query.formats import GRAPHS, GraphFormat, TableFormat

AnyFormat = TableFormat | GraphFormat

HTML: Final = "html"
_MEDIA: Final[Mapping[str, tuple[str, ...]]] = {
    HTML: ("text/html", "application/xhtml+xml"),
    **{name: (item.media_type, *item.also) for name, item in GRAPHS.items() if name != "jsonld"},
    "jsonld": (GRAPHS["jsonld"].media_type,),
    "json": ("application/json",),
    "csv": ("text/csv",),
}

#: What an entity can be had as, in the order of preference where the reader has none.
ENTITY_FORMATS: Final = (HTML, "ttl", "jsonld", "nt", "rdf", "json", "csv")
DATA_SUFFIXES: Final = ENTITY_FORMATS[1:]
PAGE_OR_JSON: Final = (HTML, "json")

#: Short name of a format → its media types, its own first.
Offered = Mapping[str, tuple[str, ...]]
_RANGE: Final = re.compile(r"\*/\*|[^\s/*]+/(?:\*|[^\s/*]+)")
_REFUSED: Final = (0.0, 0)


class NotAcceptable(Exception):  # noqa: N818 - named as HTTP names it
    """Nothing of what exists is acceptable. ``available`` is name → media type."""

    def __init__(self, available: Mapping[str, str]) -> None:
        super().__init__(", ".join(available.values()))
        self.available = available


def media_type(name: str) -> str:
    """Give the media type of a format by its short name."""
    return _MEDIA[name][0]


def content_type(name: str) -> str:
    """Give the Content-Type header of a format by its short name."""
    return f"{media_type(name)}; charset=utf-8"


def split_suffix(path: str) -> tuple[str, str | None]:
    """Split ``innomed-up.ttl`` into the slug and the format; None where there is no known suffix."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, suffix) if dot and stem and suffix in DATA_SUFFIXES else (path, None)


def accepted(request: Request) -> MIMEAccept:
    """Give what the Accept header allows, by media type alone: no answer here differs by ``charset`` or ``level``.

    A header that names no media type at all allows everything, as no header does.
    """
    found = [(media.partition(";")[0].strip().lower(), quality) for media, quality in request.accept_mimetypes]
    return MIMEAccept([item for item in found if _RANGE.fullmatch(item[0])])


def choose(request: Request, names: Sequence[str]) -> str:
    """Give the short name of the format to answer in; the first of ``names`` where the reader has no wish.

    Raises:
        NotAcceptable: ``?format=`` names none of them, or the Accept header allows none of them.
    """
    return _chosen(request, request.args.get("format"), {name: _MEDIA[name] for name in names})


def choose_format(request: Request, formats: Mapping[str, TableFormat] | Mapping[str, GraphFormat]) -> AnyFormat:
    """Give the format of a SPARQL answer, as :func:`choose` does; the first where the reader has no wish.

    Raises:
        NotAcceptable: as :func:`choose`.
    """
    offered = {name: (item.media_type, *item.also) for name, item in formats.items()}
    try:
        return formats[_chosen(request, request.values.get("format") or None, offered)]
    except NotAcceptable:
        if request.values.get("format") or not accepted(request)["text/html"]:
            raise
        # A browser asks for a page and means whatever there is.
        return formats[next(iter(formats))]


def _chosen(request: Request, asked: str | None, offered: Offered) -> str:
    if asked is not None and asked in offered:
        return asked
    found = _best(accepted(request), offered) if asked is None else None
    if found is None:
        raise NotAcceptable({name: media[0] for name, media in offered.items()})
    return found


def _best(accept: MIMEAccept, offered: Offered) -> str | None:
    """Give the format that is liked best, then the one that is named most exactly, then the first of those offered."""
    if not accept:
        return next(iter(offered))
    likings = {
        name: max(_liking(accept, media, media == names[0]) for media in names) for name, names in offered.items()
    }
    best = max(likings, key=lambda name: likings[name])
    return best if likings[best] > _REFUSED else None


def _liking(accept: MIMEAccept, media: str, first: bool) -> tuple[float, int]:
    """Give how much a media type is liked and how exactly it is named.

    A range with an asterisk means a format by its first media type alone: ``application/*`` is no wish for a page,
    although pages may be called ``application/xhtml+xml``.
    """
    place = accept.find(media)
    if place < 0:
        return _REFUSED
    wish, quality = accept[place]
    exactness = 2 - wish.count("*")
    return (quality, exactness) if quality and (first or exactness == 2) else _REFUSED
