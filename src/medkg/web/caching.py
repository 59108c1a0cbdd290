"""Conditional requests: the entity tag is the generation and the representation, so unchanged data answer 304."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from flask import Response, request

from medkg import __version__
from medkg.endpoint.tags import REVALIDATE, VARY_FORMAT, VARY_LANGUAGE
from medkg.web.i18n import languages
from medkg.web.i18n.catalogues import FOLDER
from medkg.web.services import generation

__all__ = ["STATIC_AGE", "VARY_FORMAT", "VARY_LANGUAGE", "code_tag", "entity_tag", "tagged"]
STATIC_AGE: Final = 31_536_000


@cache
def code_tag() -> str:
    """Give a short tag of the version and of all templates, styles, scripts and catalogues."""
    found = hashlib.blake2b(__version__.encode(), digest_size=4)
    package = FOLDER.parent
    for folder in ("templates", "static", "i18n"):
        for path in sorted((package / folder).rglob("*.*")):
            if path.suffix in {".html", ".css", ".json", ".po", ".svg", ".ttl", ".xml"}:
                found.update(path.read_bytes())
    return found.hexdigest()


def entity_tag(representation: str) -> str:
    """Give the tag of this request's answer in one representation, from the generation that answers it."""
    return f"{generation().tag}-{representation}-{code_tag()}"


def tagged(response: Response, tag: str, vary: str) -> Response:
    """Give the response with its tag and caching headers; 304 without a body where the reader has it already.

    What varies with the language does not where the address names it. Only what a GET gives can be asked for again:
    other answers, and those without a tag, are not kept.
    """
    response.headers["Vary"] = VARY_FORMAT if vary == VARY_LANGUAGE and languages().told else vary
    if not tag or request.method not in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.set_etag(tag)
    response.headers["Cache-Control"] = REVALIDATE
    response.make_conditional(request)
    return response
