"""The parameters of an analysis as terms; some take several things, such as the bodies of a consortium."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from medkg.analysis.definition import Definition
from medkg.analysis.facts import Given
from medkg.errors import BadParameter
from medkg.query.catalogue import Parameter
from medkg.query.parameters import texts, to_term

#: More things than these are no consortium, and no address of a page would hold them.
MOST_THINGS: Final = 200
_COMMAS: Final = re.compile(r"[,،;]")
_APART: Final = re.compile(r"[\s,،;]+")


def given_terms(definition: Definition, given: Mapping[str, str]) -> Given:
    """Give the terms of the parameters that are given; one that takes several things has a tuple, in the order given.

    Raises:
        BadParameter: a name is unknown, a required one is missing or blank, a text is not of its parameter's type, or
            the same thing is given twice.
    """
    parameters = definition.parameters
    found = texts(definition.id, parameters, given)
    return {
        name: _things(parameters[name], text) if name in definition.several else to_term(parameters[name], text)
        for name, text in found.items()
    }


def names_in(text: str) -> tuple[str, ...]:
    """Give what a text lists: each IRI by itself, and the words between two of them or between commas as one name."""
    found: list[str] = []
    for part in _COMMAS.split(text):
        words: list[str] = []
        for word in part.split():
            if ":" not in word:
                words.append(word)
                continue
            found += [" ".join(words), word]
            words = []
        found.append(" ".join(words))
    return tuple(name for name in found if name)


def joined(names: Sequence[str]) -> str:
    """Give a text that lists names, as :func:`names_in` reads them."""
    return ", ".join(names)


def _things(parameter: Parameter, text: str) -> tuple[ox.NamedNode, ...]:
    words = [word for word in _APART.split(text) if word]
    if not words:
        raise BadParameter("nothing is named", subject=parameter.name, remedy=f"For example: {parameter.example}.")
    if len(words) > MOST_THINGS:
        told = f"{len(words)} things are named; {MOST_THINGS} are the most"
        raise BadParameter(told, subject=parameter.name, remedy="Name fewer.")
    found = [term for word in words if isinstance(term := to_term(parameter, word), ox.NamedNode)]
    twice = sorted({thing.value for thing, times in Counter(found).items() if times > 1})
    if twice:
        raise BadParameter(f"{twice[0]} is named twice", subject=parameter.name, remedy="Name each thing once.")
    return tuple(found)
