"""The ontology and the schemes: documentation, terms, concepts, each as page and data."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from medkg.namespaces import MK, ONTOLOGY, SCHEME, Graphs
from medkg.web.blueprints.entity import entity_pages, represent
from medkg.web.components import Crumb
from medkg.web.contexts import OntologyPage, SchemePage
from medkg.web.describe import tell
from medkg.web.display import Shown
from medkg.web.negotiation import ENTITY_FORMATS, HTML, choose, split_suffix
from medkg.web.pages import format_links
from medkg.web.rendering import data, display, page
from medkg.web.representations import write_triples
from medkg.web.services import generation
from medkg.web.terms import concept_tree, ontology_groups

blueprint = Blueprint("ontology", __name__)
ONTOLOGY_FORMATS = (HTML, "ttl", "nt", "rdf", "jsonld")


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """Answer the documentation of the ontology, or the ontology itself."""
    if suffix is not None and suffix not in ONTOLOGY_FORMATS[1:]:
        abort(404)
    wanted = suffix or choose(request, ONTOLOGY_FORMATS)
    view = generation()
    if wanted != HTML:
        location = "" if suffix else f"/ontology.{wanted}"
        return data(write_triples(view.triples("graph-triples", graph=Graphs.ONTOLOGY), wanted), wanted, location)
    shown = display()
    about = entity_pages().of_story(tell(view, ONTOLOGY))
    formats = tuple(link for link in format_links(ONTOLOGY) if link.name in ONTOLOGY_FORMATS)
    context = OntologyPage((Crumb(Shown("ontology.title")),), ontology_groups(view, shown), about, formats)
    return page(context, formats=formats)


@blueprint.get("/ontology/<path:name>")
def term(name: str) -> Response:
    """Answer one term of the ontology, or one version of it."""
    local, suffix = split_suffix(name)
    return represent(MK + local, suffix)


@blueprint.get("/scheme/<path:name>")
def concept(name: str) -> Response:
    """Answer a scheme with its concepts, or one concept."""
    local, suffix = split_suffix(name)
    iri = SCHEME + local
    plain = not suffix and not request.args.get("by") and choose(request, ENTITY_FORMATS) == HTML
    if "/" in local or not plain:
        return represent(iri, suffix)
    view, shown = generation(), display()
    about = entity_pages().page(iri)
    if about is None:
        abort(404)
    return page(SchemePage(about, concept_tree(view, shown, iri)), formats=about.formats)
