"""Pictures: an overview, a page each with the tables that say the same, and each picture as an SVG file."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request

from medkg.pictures.definition import Definition, definitions
from medkg.web.analyses import Unclear, meant_by
from medkg.web.caching import VARY_LANGUAGE, entity_tag, tagged
from medkg.web.components import Crumb
from medkg.web.contexts import PicturesPage
from medkg.web.display import Shown
from medkg.web.i18n import languages
from medkg.web.i18n.catalogues import format_decimal, gettext
from medkg.web.pictures import Pictures, as_file, checked
from medkg.web.rendering import display, open_to_all, page
from medkg.web.services import generation

blueprint = Blueprint("pictures", __name__)
_SVG: Final = "image/svg+xml; charset=utf-8"


@blueprint.get("/pictures")
def overview() -> Response:
    """Answer the overview of all pictures."""
    pictures = Pictures(generation(), display())
    items = tuple(pictures.preview(definition) for definition in definitions().values())
    return page(PicturesPage((Crumb(Shown("pictures.title")),), items))


@blueprint.get("/pictures/<name>")
def picture(name: str) -> Response:
    """Answer a picture with its tables, or the form that asks what it is to be about."""
    definition = _defined(name)
    pictures = Pictures(generation(), display())
    asked = checked(definition, _asked(definition))
    unclear = Unclear.first_of(definition.analysis, definition.given(asked))
    if unclear is not None:
        kinds = definition.analysis.kinds[unclear.field]
        return page(pictures.form(definition, asked, meant_by(unclear.words, generation(), display(), kinds), unclear))
    required = (name for name in definition.parameters if definition.analysis.parameters[name].required)
    if any(name not in asked for name in required):
        return page(pictures.form(definition, asked))
    return page(pictures.page(definition, asked))


@blueprint.get("/pictures/<name>.svg")
def as_svg(name: str) -> Response:
    """Answer a picture as a file of its own, on a light ground or on a dark one."""
    definition = _defined(name)
    asked = checked(definition, _asked(definition))
    ground = "dark" if request.args.get("ground") == "dark" else "light"
    scene = Pictures(generation(), display()).scene(definition, asked)
    credit = gettext("picture.credit", number=format_decimal(generation().number))
    response = open_to_all(Response(as_file(scene, ground, credit), content_type=_SVG))
    return tagged(response, entity_tag(f"svg-{ground}-{languages().tag}"), VARY_LANGUAGE)


def _defined(name: str) -> Definition:
    found = definitions().get(name)
    if found is None:
        abort(404)
    return found


def _asked(definition: Definition) -> dict[str, str]:
    """Give what a request asks of a picture, blanks left out."""
    names = (*definition.parameters, *(choice.name for choice in definition.choices))
    texts = {name: request.args.get(name, "").strip() for name in names}
    return {name: text for name, text in texts.items() if text}
