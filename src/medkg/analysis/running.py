"""The analyses by their ids, and the one way to run them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from medkg.analysis import (
    audiences,
    countries,
    coverage,
    eligibility,
    foremost,
    helix,
    indicators,
    legacy,
    metaclusters,
    money,
    network,
    partner_match,
    partner_search,
    science,
    symbiosis,
    theme_structures,
    whatif,
)
from medkg.analysis.definition import Definition, definitions
from medkg.analysis.facts import Facts, Given
from medkg.analysis.parameters import given_terms
from medkg.analysis.report import Report
from medkg.errors import BadParameter
from medkg.query.asking import NamedQueries

#: Id → what judges. Each has a definition of the same id.
FUNCTIONS: Final[Mapping[str, Callable[[Facts, Given], Report]]] = MappingProxyType(
    {
        "audiences-and-drivers": audiences.report,
        "cooperation-network": network.report,
        "countries": countries.report,
        "coverage": coverage.report,
        "eligibility": eligibility.report,
        "foremost-bodies": foremost.report,
        "helix-balance": helix.report,
        "indicators": indicators.report,
        "industrial-symbiosis": symbiosis.report,
        "legacy-chain": legacy.report,
        "meta-cluster-proposals": metaclusters.report,
        "money": money.report,
        "partner-match": partner_match.report,
        "partner-searches": partner_search.report,
        "scientific-representation": science.report,
        "theme-structures": theme_structures.report,
        "what-if": whatif.report,
    }
)


def analyse(asked: NamedQueries, name: str, given: Mapping[str, str]) -> Report:
    """Run an analysis over one state of the data; ``given`` are its parameters as texts.

    Raises:
        BadParameter: there is no such analysis or parameter, a required one is missing, or a value is not of its type
            or unknown, or one thing is named twice.
    """
    definition = defined(name)
    return FUNCTIONS[name](Facts(asked), given_terms(definition, definition.filled(given)))


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
