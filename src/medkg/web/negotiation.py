"""Which representation a request gets: an explicit suffix or ``?format=`` first, then the Accept header."""

from __future__ import annotations

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


def choose(request: Request, names: Sequence[str]) -> str:
    """Give the short name of the format to answer in; the first of ``names`` where the reader has no wish.

    Raises:
        NotAcceptable: ``?format=`` names none of them, or the Accept header allows none of them.
    """
    asked = request.args.get("format")
    if asked is not None:
        if asked in names:
            return asked
        raise NotAcceptable({name: media_type(name) for name in names})
    offered = {media: name for name in names for media in _MEDIA[name]}
    return offered[_best(request.accept_mimetypes, offered)]


def choose_format(request: Request, formats: Mapping[str, TableFormat] | Mapping[str, GraphFormat]) -> AnyFormat:
    """Give the format of a SPARQL answer, as :func:`choose` does; the first where the reader has no wish.

    Raises:
        NotAcceptable: as :func:`choose`.
    """
    asked = request.values.get("format")
    if asked:
        if asked in formats:
            return formats[asked]
        raise NotAcceptable({name: item.media_type for name, item in formats.items()})
    # Each format's own media type comes before anybody's other names, so that text/* means CSV, not XML.
    offered = {item.media_type: name for name, item in formats.items()}
    for name, item in formats.items():
        for media in item.also:
            offered.setdefault(media, name)
    if request.accept_mimetypes["text/html"] > 0 and request.accept_mimetypes.best_match(list(offered)) is None:
        # A browser asks for a page and means whatever there is.
        return formats[next(iter(formats))]
    return formats[offered[_best(request.accept_mimetypes, offered, tuple(formats))]]


def _best(accept: MIMEAccept, offered: Mapping[str, str], names: Sequence[str] = ()) -> str:
    if not accept:
        return next(iter(offered))
    best = accept.best_match(list(offered))
    if best is None:
        available = {offered[media]: media for media in reversed(list(offered))}
        raise NotAcceptable({name: available[name] for name in (names or dict.fromkeys(offered.values()))})
    return best
