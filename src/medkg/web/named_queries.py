"""The named queries as pages show them: the list of all, and one with its form, its text and how programs call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from medkg.errors import BadParameter
from medkg.query.catalogue import NamedQuery, Parameter
from medkg.query.formats import TABLES
from medkg.query.parameters import bind, to_term
from medkg.web.components import Crumb, FormatLink
from medkg.web.contexts import QueriesPage, QueryPage
from medkg.web.display import Display, Shown
from medkg.web.query_views import ParameterView, QueryGroup, QueryItem
from medkg.web.snippets import call_snippets, own_address

#: Folders of the queries that are there for readers; the others give what pages are made of.
FOLDERS: Final = ("competency", "analysis")
_TITLE: Final = Crumb(Shown("queries.title"), "/queries")

Given = Mapping[str, str]


def is_listed(query: NamedQuery | None) -> bool:
    """Say whether a query is there for readers."""
    return query is not None and query.family in FOLDERS


def titled(query: NamedQuery, language: str) -> str:
    """Give the title of a query in a language; English where it has none."""
    return query.title.get(language) or query.title["en"]


def queries_page(queries: Mapping[str, NamedQuery], language: str) -> QueriesPage:
    """Give the list of all."""
    groups = []
    for folder in FOLDERS:
        found = [query for query in queries.values() if query.family == folder]
        items = (QueryItem(f"/queries/{item.id}", titled(item, language), item.summary) for item in found)
        groups.append(QueryGroup(folder, tuple(sorted(items, key=lambda item: item.title.casefold()))))
    return QueriesPage((Crumb(_TITLE.text),), tuple(groups))


def query_page(query: NamedQuery, given: Given, display: Display) -> QueryPage:
    """Give the page of one, with the values given in its form and in its text; with its examples where none is."""
    values = given or {item.name: item.example for item in query.parameters.values() if item.example}
    title = titled(query, display.language)
    path = f"/queries/{query.id}/result"
    address = f"{own_address()}{_with(path, values, 'csv')}"
    return QueryPage(
        crumbs=(_TITLE, Crumb(Shown(title, title=title))),
        name=query.id,
        title=title,
        summary=query.summary,
        description=query.description,
        parameters=tuple(_parameter(item, values.get(item.name, ""), display) for item in query.parameters.values()),
        formats=tuple(FormatLink(name, _with(path, values, name), item.media_type) for name, item in TABLES.items()),
        call=address,
        text=bind(query, values).strip(),
        snippets=call_snippets(address),
    )


def _parameter(parameter: Parameter, value: str, display: Display) -> ParameterView:
    return ParameterView(
        parameter.name,
        parameter.type,
        value,
        parameter.example,
        parameter.help,
        parameter.required,
        _chosen(parameter, value, display),
    )


def _chosen(parameter: Parameter, value: str, display: Display) -> Shown | None:
    """Give the thing that a value names, where it names one that has a name."""
    if parameter.type != "iri" or not value.strip():
        return None
    try:
        iri = to_term(parameter, value).value
    except BadParameter:
        return None  # it is told when the query is bound
    return display.thing(iri) if iri in display.labels else None


def _with(path: str, values: Given, format_name: str) -> str:
    return f"{path}?{urlencode({**values, 'format': format_name})}"
