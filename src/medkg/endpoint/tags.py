"""Entity tags: which generation, which representation, which request; so unchanged answers are 304."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import Final

from medkg import __version__
from medkg.keywords import never_the_same, resolve_escapes
from medkg.store.manifest import Manifest
from medkg.workers.guard import calls_others

#: What answers of the protocols depend on besides their address.
VARY: Final = "Accept, Accept-Encoding"
#: What an answer depends on whose language, if it has one, is in its address.
VARY_FORMAT: Final = "Accept"
#: What pages, and problem documents with their titles, depend on where their address names no language.
VARY_LANGUAGE: Final = "Accept, Accept-Language"
#: Lets caches keep an answer and ask again.
REVALIDATE: Final = "no-cache"
#: Blank nodes in a template get new names each time.
_BLANK: Final = re.compile(r"_:|\[")
_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')


def generation_tag(manifest: Manifest) -> str:
    """Give a short tag that no other generation has: numbers begin anew when a home is built anew."""
    digest = hashlib.blake2b(manifest.as_json(), digest_size=6).hexdigest()
    return f"{manifest.generation}-{digest}"


def entity_tag(generation: str, representation: str, request: bytes) -> str:
    """Give the tag of an answer: it may be told before the query runs, so it must belong to this request alone."""
    digest = hashlib.blake2b(request, digest_size=8).hexdigest()
    return f"{generation}-{representation}-{digest}-{_code_tag()}"


def names_tag(header: str, tag: str) -> bool:
    """Say whether an If-None-Match header names this very tag. The wildcard names none."""
    return bool(tag) and tag in _TAG.findall(header)


def caching_headers(generation: int, tag: str, vary: str = VARY) -> list[tuple[str, str]]:
    """Give the headers of an answer from a generation that say how long it is good; without a tag it is not kept."""
    headers = [("Vary", vary), ("X-Generation", str(generation))]
    if not tag:
        return [*headers, ("Cache-Control", "no-store")]
    return [*headers, ("ETag", f'"{tag}"'), ("Cache-Control", REVALIDATE)]


def repeatable(query: str, form: str) -> bool:
    """Say whether a query of a form (SELECT, …) gives the same bytes when one generation is asked again.

    What another endpoint answers by SERVICE belongs to no generation of ours.
    """
    if never_the_same(query) or calls_others(query):
        return False
    return form != "CONSTRUCT" or not _BLANK.search(resolve_escapes(query))


@lru_cache(maxsize=1)
def _code_tag() -> str:
    return hashlib.blake2b(__version__.encode(), digest_size=3).hexdigest()
