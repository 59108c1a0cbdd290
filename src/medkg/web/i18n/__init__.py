"""Languages of the pages: which one a request gets, the catalogues, numbers and dates of each."""

from __future__ import annotations

from collections.abc import Mapping

from flask import has_request_context, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie

from medkg.settings import LANGUAGES
from medkg.web.i18n.catalogues import read_translations

COOKIE = "lang"
NATIVE_NAMES = {"en": "English", "fr": "Français", "es": "Español", "it": "Italiano", "ar": "العربية"}


def requested_language(default: str) -> str:
    """Give the page language of the request: ``?lang=``, then the cookie, then Accept-Language, then the default."""
    if not has_request_context():
        return default
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return request.accept_languages.best_match(LANGUAGES) or default


def language_of(default: str, arguments: Mapping[str, str], cookies: str, accept_language: str) -> str:
    """Give the page language of a request outside Flask, by its arguments and two of its headers."""
    for wish in (arguments.get("lang"), parse_cookie(cookies).get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return parse_accept_header(accept_language, LanguageAccept).best_match(LANGUAGES) or default


def title_of(slug: str, language: str) -> str:
    """Give the title of a problem by its name."""
    return str(read_translations(language).gettext(f"problem.{slug}"))
