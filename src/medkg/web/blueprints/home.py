"""The home page: what this is, counts, search, doors, the founding projects."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from medkg.pictures.definition import definitions
from medkg.web.components import Door
from medkg.web.contexts import HomePage
from medkg.web.lists import kind_counts, list_rows, sorted_by_name
from medkg.web.pictures import Pictures
from medkg.web.rendering import display, page
from medkg.web.services import generation

blueprint = Blueprint("home", __name__)

DOORS: Final = (
    Door("researchers", "/sparql"),
    Door("funders", "/browse/programme"),
    Door("visitors", "/browse/project"),
    Door("ontology", "/ontology"),
)


@blueprint.get("/")
def home() -> Response:
    """Answer the home page."""
    view, shown = generation(), display()
    founding = sorted_by_name(shown, (row["project"].value for row in view.rows("founding-projects")))
    context = HomePage(
        kinds=kind_counts(view.members),
        doors=DOORS,
        founding=list_rows(view, shown, founding),
        statements=view.manifest.quads,
        sources=len(view.members["source"]),
        map=Pictures(view, shown).preview(definitions()["countries"]),
    )
    return page(context)
