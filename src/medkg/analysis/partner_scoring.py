"""An additive score of named terms: weights that the reader chooses, points, and the order they give.

The additive multi-attribute value of Keeney and Raiffa (1976): the value of each term, from 0 to 1, times its weight,
all added. Values have three digits and weights are whole, so that the sum is exact.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.facts import Given
from medkg.errors import BadParameter

#: The terms of a score, in the order in which they are shown.
TERMS: Final = ("need", "eligibility", "value-chain", "helix", "country", "capability", "cooperation")
#: The parameter of each weight is named after its term.
WEIGHT: Final = "weight-"
HEAVIEST: Final = 1000
NOTHING: Final = Decimal("0.000")
Weights = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """The value of a term, from 0 to 1: ``low`` is known, ``high`` still possible; and the statements behind it."""

    low: Decimal
    high: Decimal
    evidence: tuple[ox.Triple, ...] = ()

    @property
    def unknown(self) -> bool:
        """Tell whether nothing is known that counts, but something may be."""
        return self.low == 0 < self.high


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the value of each term; None where the term cannot be judged for anybody."""

    iri: ox.NamedNode
    parts: Mapping[str, Part | None]

    def points(self, term: str, weights: Weights) -> Decimal:
        """Give the points of a term: what is known of it times its weight."""
        part = self.parts[term]
        return part.low * weights[term] if part is not None else NOTHING

    def score(self, weights: Weights) -> Decimal:
        """Give the sum of the points."""
        return sum((self.points(term, weights) for term in TERMS), NOTHING)

    def most(self, weights: Weights) -> Decimal:
        """Give the score it would have if all that is unknown spoke for it."""
        return sum((part.high * weights[term] for term, part in self.parts.items() if part is not None), NOTHING)


def ranked(candidates: Collection[Scored], weights: Weights) -> list[Scored]:
    """Give candidates by their scores, the best first, then by IRI."""
    return sorted(candidates, key=lambda one: (-one.score(weights), one.iri.value))


def ranks(ranking: Sequence[Scored], weights: Weights) -> dict[ox.NamedNode, int]:
    """Give the rank of each in a ranking; equal scores have one rank, that of the first of them."""
    found: dict[ox.NamedNode, int] = {}
    before: tuple[Decimal | None, int] = (None, 0)
    for number, one in enumerate(ranking, 1):
        score = one.score(weights)
        if score != before[0]:
            before = score, number
        found[one.iri] = before[1]
    return found


def weights_of(given: Given) -> Weights:
    """Give the weights, which the definition fills in where they are left out.

    Raises:
        BadParameter: one is negative or too heavy, or all are zero.
    """
    found = {term: int(cast(ox.Literal, given[WEIGHT + term]).value) for term in TERMS}
    for term, weight in found.items():
        if not 0 <= weight <= HEAVIEST:
            remedy = f"Give a whole number from 0 to {HEAVIEST}."
            raise BadParameter(f"{weight} is no weight", subject=WEIGHT + term, remedy=remedy)
    if not any(found.values()):
        remedy = "Give at least one of them a weight above 0."
        raise BadParameter("all weights are zero", subject=WEIGHT + TERMS[0], remedy=remedy)
    return found
