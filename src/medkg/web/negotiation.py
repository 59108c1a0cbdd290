"""Which representation a page's request gets: an explicit suffix or ``?format=`` first, then the Accept header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import Request

from medkg.endpoint.negotiation import Accept, accept_of, chosen
from medkg.query.formats import GRAPHS

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


def accepted(request: Request) -> Accept:
    """Give what the Accept header of a request allows."""
    return accept_of(request.headers.get("Accept", ""))


def choose(request: Request, names: Sequence[str]) -> str:
    """Give the short name of the format to answer in; the first of ``names`` where the reader has no wish.

    Raises:
        NotAcceptable: ``?format=`` names none of them, or the Accept header allows none of them.
    """
    return chosen(accepted(request), request.args.get("format"), {name: _MEDIA[name] for name in names})
