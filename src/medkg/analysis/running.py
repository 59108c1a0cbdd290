"""The analyses by their ids, and the one way to run them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from medkg.analysis import coverage, helix, indicators, metaclusters, money
from medkg.analysis.definition import Definition, definitions
from medkg.analysis.facts import Facts, Given
from medkg.analysis.report import Report
from medkg.errors import BadParameter
from medkg.query.asking import NamedQueries
from medkg.query.parameters import to_term

#: Id → what judges. Each has a definition of the same id.
FUNCTIONS: Final[Mapping[str, Callable[[Facts, Given], Report]]] = MappingProxyType(
    {
        "coverage": coverage.report,
        "helix-balance": helix.report,
        "indicators": indicators.report,
        "meta-cluster-proposals": metaclusters.report,
        "money": money.report,
    }
)


def analyse(asked: NamedQueries, name: str, given: Mapping[str, str]) -> Report:
    """Run an analysis over one state of the data; ``given`` are its parameters as texts.

    Raises:
        BadParameter: there is no such analysis or parameter, a required one is missing, or a value is not of its type
            or unknown.
    """
    definition = defined(name)
    return FUNCTIONS[name](Facts(asked), _terms(definition, given))


def defined(name: str) -> Definition:
    """Give the definition of an analysis.

    Raises:
        BadParameter: there is no such analysis.
    """
    found = definitions().get(name)
    if found is None:
        known = ", ".join(definitions())
        raise BadParameter("there is no such analysis", subject=name, remedy=f"There are: {known}.")
    return found


def _terms(definition: Definition, given: Mapping[str, str]) -> Given:
    unknown = sorted(set(given) - set(definition.parameters))
    if unknown:
        names = ", ".join(definition.parameters)
        raise BadParameter("no such parameter", subject=unknown[0], remedy=f"Parameters of {definition.id}: {names}.")
    terms = {}
    for name, parameter in definition.parameters.items():
        text = given.get(name, "").strip()
        if not text:
            if parameter.required:
                raise BadParameter("a value is required", subject=name, remedy=f"For example: {parameter.example}.")
            continue
        terms[name] = to_term(parameter, text)
    return terms
