"""Languages of the pages: which one a request gets, the catalogues, numbers and dates of each."""

from __future__ import annotations

from flask import has_request_context, request

from medkg.settings import LANGUAGES

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
