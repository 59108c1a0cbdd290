"""The languages before an address: taken off before the pages see it, put before every link they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from medkg.endpoint.asgi import Wsgi
from medkg.endpoint.languages import split_path
from medkg.settings import LANGUAGES
from medkg.web.links import encoded_path
from medkg.web.negotiation import DATA_SUFFIXES

_TOLD: Final = "medkg.languages"
#: Behind the first stroke of a path: what is the same in all languages, and what names its languages already.
_THE_SAME: Final = r"static/|(?!api/)(?:[^\"?#.]*\.)+(?:" + "|".join(DATA_SUFFIXES) + r")(?:[?#\"]|$)"
_NAMED: Final = r"(?:" + "|".join(LANGUAGES) + r")(?:,\w\w)*(?:[/?#\"]|$)"
_AS_IT_IS: Final = f"/|{_THE_SAME}|{_NAMED}"
_LINK: Final = re.compile(rf' (?:href|action|formaction)="(?=/(?!{_AS_IT_IS}))')
_PATH: Final = re.compile(rf"/(?!{_AS_IT_IS})")


class LanguageDoor:
    """A WSGI application that lets another one see addresses without their languages."""

    def __init__(self, pages: Wsgi) -> None:
        self.pages = pages

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        told, path = split_path(environ.get("PATH_INFO", ""))
        if told:
            environ = {**environ, "PATH_INFO": path, _TOLD: told}
        return self.pages(environ, start_response)


def languages_told(environ: Mapping[str, Any]) -> Sequence[str]:
    """Give the languages that the address of a request named."""
    found: Sequence[str] = environ.get(_TOLD, ())
    return found


def address_without_languages(environ: Mapping[str, Any]) -> str:
    """Give the one address of what is the same in all languages, where it was asked for in some; else nothing."""
    path = encoded_path(environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"))
    same = languages_told(environ) and not path.startswith("//") and re.match(rf"/(?:{_THE_SAME})", path)
    query = environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if same and query else path if same else ""


def keep_in_links(html: str, base: str) -> str:
    """Give a page whose links and forms lead to pages in the languages of ``base``, as long as they stay here.

    Texts from data cannot look like one of them: their quotation marks are escaped. The head names addresses for
    programs, which are meant as they are.
    """
    head, body, rest = html.partition("<body")
    return head + body + _LINK.sub(rf"\g<0>{base}", rest) if base else html


def keep_in_path(location: str, base: str) -> str:
    """Give an address with languages before it, if it is a page of this server that names none."""
    return base + location if base and _PATH.match(location) else location
