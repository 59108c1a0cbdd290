"""Languages of the pages: which ones a request gets, the catalogues, numbers and dates of each."""

from __future__ import annotations

from flask import g, has_request_context, request

from medkg.endpoint.languages import Languages, languages_of
from medkg.web.i18n.catalogues import read_translations
from medkg.web.i18n.door import languages_told

NATIVE_NAMES = {"en": "English", "fr": "Français", "es": "Español", "it": "Italiano", "ar": "العربية"}


def settle_languages(default: str) -> Languages:
    """Give the languages of this request, settled once; outside of requests the default alone."""
    if not has_request_context():
        return Languages((default,))
    if "languages" not in g:
        argument, liked = request.args.get("lang", ""), request.headers.get("Accept-Language", "")
        g.languages = languages_of(default, languages_told(request.environ), argument, liked)
    return languages()


def languages() -> Languages:
    """Give the languages of this request. They are settled before anything else is done about it."""
    found: Languages = g.languages
    return found


def title_of(slug: str, language: str) -> str:
    """Give the title of a problem by its name."""
    return str(read_translations(language).gettext(f"problem.{slug}"))
