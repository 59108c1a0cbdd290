"""What a need and a candidate have in common: hard conditions, which a candidate may break, and values from 0 to 1.

Where facts are missing a value lies between two bounds: what is known, which counts, and what is still possible,
which is shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import ordered
from medkg.analysis.helix import share_of
from medkg.analysis.hierarchies import Hierarchy
from medkg.analysis.partner_candidates import Candidate, Said
from medkg.analysis.partner_scoring import NOTHING, Part
from medkg.namespaces import SCHEME

Node = ox.NamedNode
_UNIT: Final = Decimal("0.001")
#: States of structures that cannot take part: not there yet, or no more.
_ABSENT: Final = frozenset(Node(f"{SCHEME}structure-status/{name}") for name in ("planned", "closed"))


@dataclass(slots=True)
class Need:
    """What is wanted, each thing with the statements that say so (none where it is given by hand).

    ``kinds`` and ``countries`` are wishes; ``must_kinds``, ``must_countries``, ``legal`` and ``eligible`` are
    conditions, of which one that is empty is none. ``bodies`` make up the consortium, ``present`` are its countries,
    ``gap`` the helices it lacks; ``links`` tell where its bodies worked before.
    """

    kinds: Said = field(default_factory=dict)
    must_kinds: Said = field(default_factory=dict)
    countries: Said = field(default_factory=dict)
    must_countries: Said = field(default_factory=dict)
    legal: Said = field(default_factory=dict)
    chains: Said = field(default_factory=dict)
    topics: Said = field(default_factory=dict)
    eligible: Said = field(default_factory=dict)
    project: Node | None = None
    contact: Said = field(default_factory=dict)
    bodies: Said = field(default_factory=dict)
    present: frozenset[Node] = frozenset()
    gap: frozenset[Node] = frozenset()
    links: Mapping[Node, Mapping[Node, ox.Triple]] = field(default_factory=dict)


class Matcher:
    """Judges candidates for a need."""

    def __init__(self, need: Need, broader: Hierarchy) -> None:
        self.need = need
        self._broader = broader
        self._up: dict[Node, frozenset[Node]] = {}
        self._associates = frozenset(body for held in need.links.values() for body in held)

    def obstacles(self, one: Candidate) -> Iterator[tuple[str, tuple[ox.Triple, ...]]]:
        """Give the conditions that a candidate is known to break, each with the statements that show it."""
        need, known = self.need, one.known
        if need.project is not None and need.project in one.projects:
            yield "partner", (one.projects[need.project],)
        if one.iri in need.contact:
            yield "searcher", need.contact[one.iri]
        if one.several is not None:
            yield "several", (one.several,)
        if known("status") and _ABSENT.issuperset(known("status")):
            yield "absent", _all(known("status"))
        if need.must_kinds and self._matched(need.must_kinds, known("kinds")).high == 0:
            yield "kind", (*_all(known("kinds")), *_all(need.must_kinds))
        if need.legal and known("legal") and not need.legal.keys() & known("legal").keys():
            yield "legal-status", (*_all(known("legal")), *_all(need.legal))
        for name, wanted in (("eligible-country", need.eligible), ("required-country", need.must_countries)):
            if wanted and known("countries") and not wanted.keys() & known("countries").keys():
                yield name, _all(known("countries"))

    def parts(self, one: Candidate) -> dict[str, Part | None]:
        """Give the value of each term; None where what is known of the need does not allow to judge it."""
        need, countries = self.need, one.known("countries")
        return {
            "need": self._wishes(one),
            "eligibility": _one_of(need.eligible, countries) if need.eligible else None,
            "value-chain": self._share(need.chains, one.known("chains")) if need.chains else None,
            "helix": _one_of(dict.fromkeys(need.gap, ()), one.known("helices")) if need.gap else None,
            "country": _new(countries, need.present) if need.present else None,
            "capability": self._share(need.topics, one.known("topics")) if need.topics else None,
            "cooperation": self._cooperation(one) if self._associates else None,
        }

    def _wishes(self, one: Candidate) -> Part | None:
        """Give how many of the wishes for a kind and a country are met."""
        found = [self._matched(self.need.kinds, one.known("kinds"))] if self.need.kinds else []
        found += [_one_of(self.need.countries, one.known("countries"))] if self.need.countries else []
        if not found:
            return None
        low = sum((part.low for part in found), NOTHING) / len(found)
        high = sum((part.high for part in found), NOTHING) / len(found)
        return Part(low, high, tuple(item for part in found for item in part.evidence))

    def _matched(self, wanted: Said, known: Said) -> Part:
        """Give 1 where one of several things wanted is known of a candidate."""
        found = self._share(wanted, known)
        return Part(_certain(found.low > 0), _certain(found.high > 0), found.evidence)

    def _share(self, wanted: Said, known: Said) -> Part:
        """Give the part of what is wanted that a candidate has; what is narrower than something wanted is it, too.

        Where only something broader is known it may have it, as it may where nothing is known.
        """
        met = {want: thing for thing in ordered(known) for want in self._upwards(thing) if want in wanted}
        possible = {want for want in wanted if not known or self._upwards(want) & known.keys()} | met.keys()
        evidence = [item for want in ordered(met) for item in (*known[met[want]], *wanted[want])]
        return Part(_part(met, wanted), _part(possible, wanted), tuple(dict.fromkeys(evidence)))

    def _upwards(self, thing: Node) -> frozenset[Node]:
        if thing not in self._up:
            self._up[thing] = self._broader.above(thing) | {thing}
        return self._up[thing]

    def _cooperation(self, one: Candidate) -> Part:
        """Give the part of the bodies of the consortium with which a candidate was in another project."""
        met: dict[Node, tuple[ox.Triple, ...]] = {}
        for project in ordered(one.projects.keys() & self.need.links.keys()):
            for body in ordered(self.need.links[project].keys() - {one.iri}):
                met.setdefault(body, (one.projects[project], self.need.links[project][body]))
        share = _part(met, self.need.bodies)
        return Part(share, share if one.projects else _certain(True), _all(met))


def _one_of(wanted: Said, known: Said) -> Part:
    """Give 1 where one of several things wanted is known of a candidate; anything may be where nothing is known."""
    met = ordered(wanted.keys() & known.keys())
    evidence = tuple(item for thing in met for item in (*known[thing], *wanted[thing]))
    return Part(_certain(bool(met)), _certain(bool(met) or not known), evidence)


def _new(countries: Said, present: frozenset[Node]) -> Part:
    """Give 1 where a candidate is in a country in which the consortium is not."""
    new = ordered(countries.keys() - present)
    evidence = tuple(item for one in new for item in countries[one])
    return Part(_certain(bool(new)), _certain(bool(new) or not countries), evidence)


def _certain(yes: bool) -> Decimal:
    return Decimal(yes).quantize(_UNIT)


def _part(part: Sized, whole: Sized) -> Decimal:
    return share_of(len(part), len(whole)) or NOTHING


def _all(said: Mapping[Node, Iterable[ox.Triple]]) -> tuple[ox.Triple, ...]:
    return tuple(dict.fromkeys(item for thing in ordered(said) for item in said[thing]))
