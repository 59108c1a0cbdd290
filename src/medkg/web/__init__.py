"""The web application: pages and linked data over one generation, with the protocols of the endpoint beside them."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from medkg.endpoint.application import Endpoint, create
from medkg.endpoint.languages import languages_of
from medkg.endpoint.pages import Lent
from medkg.endpoint.responses import SECURITY
from medkg.settings import Settings
from medkg.web import blueprints, problems
from medkg.web.bridge import Bridge
from medkg.web.caching import STATIC_AGE, code_tag
from medkg.web.i18n import languages, settle_languages, title_of
from medkg.web.i18n.catalogues import PoBabel
from medkg.web.i18n.door import LanguageDoor, address_without_languages, keep_in_path
from medkg.web.services import EXTENSION, Services, generation, generation_in_use, open_services, other_answers
from medkg.web.template_globals import register as register_globals

#: The longest body of a request to a page; none needs one.
LONGEST_BODY = 64 * 1024


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """Give the application, whose WSGI door answers everything, the protocols included.

    Services are opened from the settings where none are given.

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
    PoBabel(app, locale_selector=lambda: settle_languages(settings.language).page, default_locale=settings.language)
    register_globals(app)
    app.before_request(lambda: _settle_languages(settings.language))
    app.before_request(_settle_generation)
    problems.register(app)
    blueprints.register(app)
    app.after_request(_in_its_languages)
    app.after_request(_secured)
    app.after_request(_numbered)
    found: Services = app.extensions[EXTENSION]
    lent = Lent(title_of, partial(languages_of, settings.language), lambda: found.problem, code_tag())
    answers = other_answers(settings, found.reader)
    pages = LanguageDoor(app.wsgi_app)
    endpoint = create(settings, pages, reader=found.reader, answers=answers, lent=lent)
    app.wsgi_app = Bridge(pages, endpoint)  # type: ignore[method-assign]
    return app


def endpoint_of(app: Flask) -> Endpoint:
    """Give the ASGI application that answers everything, the pages of ``app`` included."""
    if not isinstance(app.wsgi_app, Bridge):
        raise TypeError("the application was not made by create_app, or its WSGI door was replaced")
    return app.wsgi_app.endpoint


def _settle_languages(default: str) -> BaseResponse | None:
    """Settle the languages; what is the same in all of them has one address, without any."""
    settle_languages(default)
    only = address_without_languages(request.environ)
    return redirect(only, 301) if only else None


def _settle_generation() -> None:
    """Choose the generation before anything else, so that refusals, too, say which one they come from."""
    if request.endpoint not in {"static", "scripts.script"}:
        generation()


def _in_its_languages(response: Response) -> Response:
    """Let a redirection lead to the page in the languages of the address that was asked."""
    if response.location:
        response.location = keep_in_path(response.location, languages().base)
    return response


def _numbered(response: Response) -> Response:
    view = generation_in_use()
    if view is not None:
        response.headers["X-Generation"] = str(view.number)
    return response


def _secured(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response
