"""Identifiers: 303 from the thing to its page or data, 301 from earlier names, and the pages and data themselves."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from medkg.namespaces import BASE, ID
from medkg.web.blueprints.browse import page_number
from medkg.web.contexts import GraphPage
from medkg.web.describe import tell
from medkg.web.links import ENTITY_KINDS, is_iri, page_path
from medkg.web.negotiation import ENTITY_FORMATS, HTML, choose, split_suffix
from medkg.web.pages import EntityPages, format_links
from medkg.web.rendering import data, display, page
from medkg.web.representations import write_story, write_triples
from medkg.web.services import generation, services
from medkg.web.sources import source_page

blueprint = Blueprint("entity", __name__)
_KINDS: Final = ", ".join(ENTITY_KINDS)


@blueprint.get(f"/id/<any({_KINDS}):kind>/<path:slug>")
def identifier(kind: str, slug: str) -> AnyResponse:
    """Lead from the thing itself to what tells about it: its page or its data, as the reader prefers."""
    iri = f"{ID}{kind}/{slug}"
    known_or_moved(iri)
    wanted = choose(request, ENTITY_FORMATS)
    path = page_path(iri) or ""
    response = redirect(path if wanted == HTML else f"{path}.{wanted}", 303)
    response.headers["Vary"] = "Accept"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get(f"/<any({_KINDS}):kind>/<path:name>")
def entity(kind: str, name: str) -> AnyResponse:
    """Answer the page or the data of a thing."""
    slug, suffix = split_suffix(name)
    iri = f"{ID}{kind}/{slug}"
    moved = moved_to(iri)
    if moved:
        return redirect((page_path(moved) or moved) + (f".{suffix}" if suffix else ""), 301)
    return represent(iri, suffix)


@blueprint.get("/<any(module, dataset):family>/<path:name>")
def described(family: str, name: str) -> AnyResponse:
    """Answer the page or the data of a module of the ontology or a data set."""
    slug, suffix = split_suffix(name)
    return represent(f"{BASE}{family}/{slug}", suffix)


@blueprint.get("/<any(graph, saved):family>/<path:name>")
def graph(family: str, name: str) -> Response:
    """Answer a named graph of a build, or of a saved meta-cluster: what it is, or all its triples."""
    slug, suffix = split_suffix(name)
    iri = f"{BASE}{family}/{slug}"
    view = generation()
    if iri not in view.graph_sizes:
        abort(404)
    formats = tuple(name for name in ENTITY_FORMATS if name not in {"json", "csv"})
    wanted = suffix or choose(request, formats)
    if wanted not in formats:
        abort(404)
    if wanted != HTML:
        body = write_triples(view.triples("graph-triples", graph=iri), wanted)
        return data(body, wanted, f"{page_path(iri)}.{wanted}")
    about = entity_pages().of_story(tell(view, iri))
    links = tuple(link for link in about.formats if link.name in formats)
    return page(GraphPage(about, view.graph_sizes[iri], links), formats=links)


def represent(iri: str, suffix: str | None) -> Response:
    """Answer a thing as its page or as data: the suffix decides, else the Accept header."""
    view = generation()
    wanted = suffix or choose(request, ENTITY_FORMATS)
    if wanted != HTML:
        story = tell(view, iri)
        if not story.thing.properties:
            abort(404)
        location = "" if suffix else f"{page_path(iri)}.{wanted}"
        return data(write_story(story, view.labels, wanted, view.number), wanted, location)
    return page_of(iri)


def page_of(iri: str) -> Response:
    """Answer the page of a thing, of what refers to it by one property (``?by=``), or one section."""
    pages = entity_pages()
    predicate = request.args.get("by")
    if predicate:
        referring = pages.incoming_page(
            iri, predicate, request.args.get("kind", ""), page_number(), services().settings.page_size
        )
        return page(referring) if referring.things else abort(404)
    if key := request.args.get("section"):
        section = pages.section_page(iri, key, page_number(), services().settings.page_size)
        return page(section) if section else abort(404)
    found = pages.page(iri)
    if found is None:
        abort(404)
    if found.kind == "source":
        number, size = page_number(), services().settings.page_size
        return page(source_page(generation(), display(), found, number, size), formats=found.formats)
    return page(found, formats=format_links(iri))


def entity_pages() -> EntityPages:
    """Give what makes the entity pages of this request."""
    return EntityPages(generation(), display(), services().settings.public_url)


def moved_to(iri: str) -> str | None:
    """Give what replaces an earlier IRI, or None where the IRI was never replaced."""
    return generation().aliases.get(iri)


def known_or_moved(iri: str) -> None:
    """Let a known IRI pass; lead an earlier one to what replaces it; 404 for the rest."""
    if not is_iri(iri):
        abort(404)
    moved = moved_to(iri)
    if moved:
        abort(redirect((f"/id/{moved[len(ID) :]}" if moved.startswith(ID) else moved), 301))
    if not any(True for _ in generation().rows_for_many("entity-statements", "subject", [iri])):
        abort(404)
