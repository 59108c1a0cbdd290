"""Parameters of named queries: request text to a typed term to a VALUES row. Request text never enters a query."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox

from medkg.errors import BadParameter
from medkg.headers import without_comments
from medkg.namespaces import PREFIXES, SCHEME, XSD, expand
from medkg.query.catalogue import VALUES_ROW, NamedQuery, Parameter

#: Digits before or after the point of a decimal.
MOST_DIGITS: Final = 1000
_LANGUAGE_TAG = re.compile(r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$")
_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_ABSOLUTE = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")


def bind(query: NamedQuery, given: Mapping[str, str]) -> str:
    """Give the text of a query with each parameter's VALUES row holding the given value, or UNDEF where none is given.

    Raises:
        BadParameter: a name is unknown, a required one is missing, or a text is not of its parameter's type.
    """
    found = terms(query.id, query.parameters, given)
    text = without_comments(query.text)
    for name in query.parameters:
        before, after = around(text, name)
        text = f"{before}VALUES ?{name} {{ {found.get(name, 'UNDEF')} }}{after}"
    return text


def terms(
    owner: str, parameters: Mapping[str, Parameter], given: Mapping[str, str]
) -> dict[str, ox.NamedNode | ox.Literal]:
    """Give the terms of the parameters that are given; ``owner`` is what they are parameters of.

    Raises:
        BadParameter: a name is unknown, a required one is missing or blank, or a text is not of its parameter's type.
    """
    return {name: to_term(parameters[name], text) for name, text in texts(owner, parameters, given).items()}


def texts(owner: str, parameters: Mapping[str, Parameter], given: Mapping[str, str]) -> dict[str, str]:
    """Give the texts of the parameters that are given, blank ones left out, in the order of the parameters.

    Raises:
        BadParameter: a name is unknown, or a required one is missing or blank.
    """
    unknown = sorted(set(given) - set(parameters))
    if unknown:
        names = ", ".join(parameters) or "it has none"
        raise BadParameter("no such parameter", subject=unknown[0], remedy=f"Parameters of {owner}: {names}.")
    found = {name: given[name] for name in parameters if given.get(name, "").strip()}
    for name, parameter in parameters.items():
        if parameter.required and name not in found:
            raise BadParameter("a value is required", subject=name, remedy=f"For example: {parameter.example}.")
    return found


def around(text: str, name: str) -> tuple[str, str]:
    """Give what stands before and after the VALUES row of a parameter in a query without comment lines."""
    before, after = re.split(VALUES_ROW.format(name=re.escape(name)), text, maxsplit=1)
    return before, after


def to_term(parameter: Parameter, text: str) -> ox.NamedNode | ox.Literal:
    """Give the typed term that a text stands for.

    Raises:
        BadParameter: the text is not of the parameter's type.
    """
    try:
        return _MAKERS[parameter.type](parameter, text.strip())
    except (ValueError, InvalidOperation) as error:
        remedy = f"Give a value of type {parameter.type}, such as {parameter.example or 'in the query file'}."
        raise BadParameter(
            f"{text!r} is not of type {parameter.type}", subject=parameter.name, remedy=remedy
        ) from error


def _iri(parameter: Parameter, text: str) -> ox.NamedNode:
    if parameter.scheme and _SLUG.match(text):
        return ox.NamedNode(f"{SCHEME}{parameter.scheme}/{text}")
    known_prefix = text.partition(":")[0] in PREFIXES
    iri = expand(text) if known_prefix else text
    if not _ABSOLUTE.match(iri):
        raise ValueError("not an absolute IRI")
    return ox.NamedNode(iri)


def _integer(_: Parameter, text: str) -> ox.Literal:
    return ox.Literal(int(text))


def _decimal(_: Parameter, text: str) -> ox.Literal:
    number = Decimal(text)
    # A few characters such as 1e9999999999 would be written out as more digits than memory holds.
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError("not finite, or too long")
    return ox.Literal(f"{number:f}", datatype=ox.NamedNode(XSD + "decimal"))


def _date(_: Parameter, text: str) -> ox.Literal:
    return ox.Literal(datetime.date.fromisoformat(text).isoformat(), datatype=ox.NamedNode(XSD + "date"))


def _language(_: Parameter, text: str) -> ox.Literal:
    if not _LANGUAGE_TAG.match(text):
        raise ValueError("not a language tag")
    return ox.Literal(text.lower())


def _string(_: Parameter, text: str) -> ox.Literal:
    return ox.Literal(text)


_MAKERS: Mapping[str, Callable[[Parameter, str], ox.NamedNode | ox.Literal]] = {
    "iri": _iri,
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "lang": _language,
}
