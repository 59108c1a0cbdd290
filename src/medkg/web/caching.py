"""Conditional requests: the entity tag is the generation and the representation, so unchanged data answer 304."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Response, request

from medkg import __version__
from medkg.web.i18n.catalogues import FOLDER

#: Everything a page depends on besides its address.
VARY = "Accept, Accept-Language, Cookie"
_REVALIDATE = "no-cache"
STATIC_AGE = 31_536_000


@cache
def code_tag() -> str:
    """Give a short tag of the version and of all templates, styles and catalogues."""
    found = hashlib.blake2b(__version__.encode(), digest_size=4)
    package = FOLDER.parent
    for folder in ("templates", "static", "i18n"):
        for path in sorted((package / folder).rglob("*.*")):
            if path.suffix in {".html", ".css", ".po", ".svg", ".ttl", ".xml"}:
                found.update(path.read_bytes())
    return found.hexdigest()


def tagged(response: Response, generation: int, representation: str) -> Response:
    """Give the response with its tag and caching headers; 304 without a body where the reader has it already."""
    response.set_etag(f"{generation}-{representation}-{code_tag()}")
    response.headers["Vary"] = VARY
    response.headers["Cache-Control"] = _REVALIDATE
    response.headers["X-Generation"] = str(generation)
    response.make_conditional(request)
    return response
