"""The web application: pages, linked data and the SPARQL endpoint over one generation."""

from __future__ import annotations

from flask import Flask, Response, request

from medkg.settings import Settings
from medkg.web import blueprints, problems
from medkg.web.caching import STATIC_AGE
from medkg.web.i18n import requested_language
from medkg.web.i18n.catalogues import PoBabel
from medkg.web.services import EXTENSION, Services, generation, generation_in_use, open_services
from medkg.web.template_globals import register as register_globals

#: The longest request body: a query is a text, not a data set.
LONGEST_BODY = 2 * 1024 * 1024
_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """Give the application. Services are opened from the settings where none are given.

    Raises:
        StoreError: nothing has been published, or the generation cannot be opened.
        SourceError: a named query is broken.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_BODY
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_AGE
    app.config["PREFERRED_URL_SCHEME"] = "https" if settings.public_url.startswith("https:") else "http"
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions[EXTENSION] = services or open_services(settings)
    PoBabel(app, locale_selector=lambda: requested_language(settings.language), default_locale=settings.language)
    register_globals(app)
    problems.register(app)
    blueprints.register(app)
    app.before_request(_settle_generation)
    app.after_request(_secured)
    app.after_request(_numbered)
    return app


def _settle_generation() -> None:
    """Choose the generation before anything else, so that refusals, too, say which one they come from."""
    if request.endpoint != "static" and request.blueprint != "health":
        generation()


def _numbered(response: Response) -> Response:
    view = generation_in_use()
    if view is not None:
        response.headers["X-Generation"] = str(view.number)
    return response


def _secured(response: Response) -> Response:
    for name, value in _SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
