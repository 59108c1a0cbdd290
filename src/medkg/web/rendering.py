"""From a context to an answer: pages in the reader's language, data in a format, with tags and links to the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, current_app, make_response, render_template

from medkg.endpoint.responses import OPEN
from medkg.web.caching import VARY_FORMAT, VARY_LANGUAGE, entity_tag, tagged
from medkg.web.components import FormatLink
from medkg.web.display import Display
from medkg.web.i18n import languages
from medkg.web.i18n.catalogues import outside_terms
from medkg.web.i18n.door import keep_in_links, keep_in_path
from medkg.web.negotiation import content_type
from medkg.web.services import generation


def language() -> str:
    """Give the page language of this request."""
    return languages().page


def here(address: str) -> str:
    """Give an address for data with the languages that the request's own names; in pages that happens by itself."""
    return keep_in_path(address, languages().base)


def display() -> Display:
    """Give the display of this request: the generation's names in the page language, or those sought after it."""
    return Display(generation().labels, language(), outside_terms(language()), languages().order[1:])


def page(context: Any, status: int = 200, formats: Sequence[FormatLink] = (), tag: str | None = None) -> Response:
    """Give a page: the template gets its context as ``page``, and nothing else.

    An empty ``tag`` is for a page that would be another one if it were asked for again.
    """
    written = keep_in_links(render_template(context.template, page=context), languages().base)
    response = make_response(written, status)
    response.headers["Content-Language"] = language()
    for link in formats:
        response.headers.add("Link", f'<{link.href}>; rel="alternate"; type="{link.media_type}"')
    own = entity_tag(f"html-{languages().tag}") if tag is None else tag
    return tagged(response, own if status == 200 else "", VARY_LANGUAGE)


def page_without_frame(context: Any, status: int) -> Response:
    """Give a page that needs no generation; it is not kept."""
    template = current_app.jinja_env.get_template(context.template)
    response = make_response(keep_in_links(template.render(page=context), languages().base), status)
    response.headers["Content-Language"] = language()
    return tagged(response, "", VARY_LANGUAGE)


def data(
    body: bytes | Iterable[bytes], name: str, location: str = "", translated: bool = False, tag: str | None = None
) -> Response:
    """Give data in a format by its short name, open to readers of other origins.

    ``translated`` says that the data hold names in the page language; ``tag`` is for data that depend on more.
    """
    response = Response(body, content_type=content_type(name))
    open_to_all(response)
    if location:
        response.headers["Content-Location"] = location
    own = entity_tag(f"{name}-{languages().tag}" if translated else name) if tag is None else tag
    return tagged(response, own, VARY_LANGUAGE if translated else VARY_FORMAT)


def open_to_all(response: Response) -> Response:
    """Let pages of any origin read the answer; no credentials are involved."""
    for name, value in OPEN.items():
        response.headers[name] = value
    return response
