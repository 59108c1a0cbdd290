"""Analyses: a list, a page each with its form and evidence, and the same reports as JSON and CSV."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, request

from medkg.analysis.definition import TODAY, Definition, definitions
from medkg.analysis.document import as_csv, as_json, evidence_of, origins
from medkg.analysis.parameters import joined
from medkg.analysis.running import analyse
from medkg.endpoint.problems import json_bytes
from medkg.web.analyses import AnalysisPages, Unclear, meant_by, words_of
from medkg.web.caching import entity_tag
from medkg.web.components import AnalysisItem, Crumb
from medkg.web.contexts import AnalysesPage
from medkg.web.display import Shown
from medkg.web.i18n import languages
from medkg.web.pictures import Pictures, shown_with
from medkg.web.rendering import data, display, language, page
from medkg.web.services import generation

blueprint = Blueprint("analyses", __name__)


@blueprint.get("/analyses")
def analyses() -> Response:
    """Answer the list of all analyses."""
    now = language()
    items = tuple(
        AnalysisItem(f"/analyses/{item.id}", item.title[now], item.summary[now]) for item in definitions().values()
    )
    return page(AnalysesPage((Crumb(Shown("analyses.title")),), items))


@blueprint.get("/analyses/<name>")
def analysis(name: str) -> Response:
    """Answer the form, or the report where every required parameter is given."""
    definition = _defined(name)
    pages = AnalysisPages(definition, generation(), display())
    given = _given(definition)
    unclear = Unclear.first_of(definition, given)
    if unclear is not None:
        # A consortium may consist of other things than those whose pages lead here.
        kinds = () if unclear.field in definition.several else definition.kinds[unclear.field]
        return page(pages.form(given, meant_by(unclear.words, generation(), display(), kinds), unclear))
    if any(item.required and item.name not in given for item in definition.parameters.values()):
        return page(pages.form(given))
    report = analyse(generation(), name, given)
    wanted = {table.id: table for table in definition.tables}.get(request.args.get("table", ""))
    if wanted is None:
        pictures = Pictures(generation(), display())
        drawn = tuple(pictures.view(one, asked) for one, asked in shown_with(name, given))
        return page(replace(pages.report(given, report), pictures=drawn), tag=_tag("html", definition))
    number = request.args.get("row", -1, type=int)
    if not 0 <= number < len(report.table(wanted.id).rows):
        abort(404)
    return page(pages.evidence(given, report, wanted, number))


@blueprint.get("/api/analyses")
def listed() -> Response:
    """Answer what analyses there are, for programs."""
    now = language()
    return data(
        json_bytes({"analyses": [_told(item, now) for item in definitions().values()]}), "json", translated=True
    )


@blueprint.get("/api/analyses/<name>")
def as_document(name: str) -> Response:
    """Answer a report as JSON."""
    definition = _defined(name)
    given = _given(definition)
    report = analyse(generation(), name, given)
    words = words_of(definition, display())
    document = as_json(definition, report, words, origins(evidence_of(report), generation()))
    about = {"generation": generation().number, "given": given}
    return data(json_bytes({**about, **document}), "json", translated=True, tag=_tag("json", definition))


@blueprint.get("/api/analyses/<name>/<table>.csv")
def as_table(name: str, table: str) -> Response:
    """Answer one table of a report as CSV."""
    definition = _defined(name)
    wanted = next((item for item in definition.tables if item.id == table), None)
    if wanted is None:
        abort(404)
    report = analyse(generation(), name, _given(definition))
    words = words_of(definition, display())
    text = as_csv(wanted, report.table(table), words)
    return data(text.encode(), "csv", translated=True, tag=_tag("csv", definition))


def _defined(name: str) -> Definition:
    found = definitions().get(name)
    if found is None:
        abort(404)
    return found


def _given(definition: Definition) -> dict[str, str]:
    """Give the parameters of a request that are not blank; one that takes several things may be there several times."""
    texts = {name: request.args.get(name, "").strip() for name in definition.parameters}
    texts |= {name: joined(request.args.getlist(name)).strip(" ,") for name in definition.several}
    return definition.filled({name: text for name, text in texts.items() if text})


def _tag(form: str, definition: Definition) -> str:
    """Give the entity tag of a report: of one that goes by today's date, tomorrow's is another."""
    days = {definition.default(name) for name, usual in definition.defaults.items() if usual == TODAY}
    return entity_tag("-".join((form, languages().tag, *sorted(days))))


def _told(item: Definition, language: str) -> dict[str, object]:
    parameters = [
        {
            "name": name,
            "title": item.parameter_titles[name][language],
            "type": parameter.type,
            "required": parameter.required,
            "several": name in item.several,
            "example": parameter.example,
            "default": item.default(name) or None,
        }
        for name, parameter in item.parameters.items()
    ]
    tables = [{"id": table.id, "title": table.title[language]} for table in item.tables]
    told = {"id": item.id, "title": item.title[language], "summary": item.summary[language]}
    return {**told, "address": f"/api/analyses/{item.id}", "parameters": parameters, "tables": tables}
