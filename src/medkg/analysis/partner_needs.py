"""The need a match is made for: what a partner search says, what a project is about, and what is given by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node
from medkg.analysis.helix import FEWEST, HELICES, Bodies
from medkg.analysis.partner_candidates import Candidate, Said, read_links
from medkg.analysis.partner_matching import Need
from medkg.analysis.partner_search import Search, read_searches
from medkg.errors import BadParameter
from medkg.namespaces import SCHEME

Node = ox.NamedNode
#: Parameter → what it names must be of this class, and how that is called.
_CLASSES: Final[Mapping[str, tuple[Node, str]]] = {
    "search": (mk("PartnerSearch"), "partner search"),
    "project": (mk("Project"), "project"),
    "country": (mk("Country"), "country"),
    "programme": (mk("Programme"), "programme"),
}
#: Parameter → what it names must be in one of these schemes.
_SCHEMES: Final[Mapping[str, tuple[str, ...]]] = {
    "type": ("organisation-type",),
    "value-chain": ("value-chain",),
    "capability": ("theme", "sector"),
}
_TOPICS: Final = frozenset({mk("hasTheme"), mk("inSector")})
_COUNTRIES: Final = frozenset({mk("country"), mk("involvesCountry")})
_CHAINS: Final = mk("targetsValueChain")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a search, its project or another one, and things given by hand, each a thing of its kind."""

    search: Search | None
    project: Node | None
    by_hand: Mapping[str, Node]

    def hand(self, name: str) -> Said:
        """Give what is given by hand for a parameter; no statement stands behind it."""
        return {self.by_hand[name]: ()} if name in self.by_hand else {}

    def said(self, *names: str) -> Said:
        """Give what the search says."""
        found = self.search.values(*names) if self.search is not None else {}
        return {thing: (statement,) for thing, statement in found.items()}


def asked(facts: Facts, given: Given) -> Asked:
    """Read what is asked for.

    Raises:
        BadParameter: something is unknown or of another kind, or search and project do not belong together.
    """
    named = {name: thing for name in (*_CLASSES, *_SCHEMES) if (thing := asked_for(given, name)) is not None}
    for name, thing in named.items():
        _require(facts, thing, name)
    search = _search(facts, named["search"]) if "search" in named else None
    own = search.project if search is not None else None
    project = named.get("project", own)
    if search is not None and project != own:
        told = f"{search.iri.value} is a search of another project"
        raise BadParameter(told, subject="project", remedy="Give the search or the project, not both.")
    return Asked(search, project, {name: thing for name, thing in named.items() if name not in ("search", "project")})


def _search(facts: Facts, iri: Node) -> Search:
    return next(iter(read_searches(facts, search=iri)), Search(iri))


def _require(facts: Facts, thing: Node, name: str) -> None:
    facts.require(thing, name)
    if name in _SCHEMES:
        called = " or ".join(_SCHEMES[name])
        right = any(thing.value.startswith(f"{SCHEME}{scheme}/") for scheme in _SCHEMES[name])
    else:
        wanted, called = _CLASSES[name]
        right = wanted in {row["class"] for row in facts.rows("thing-classes", thing=thing)}
    if not right:
        remedy = f"Give a {called}; /search finds them by name."
        raise BadParameter(f"{thing.value} is no {called}", subject=name, remedy=remedy)


def need_of(facts: Facts, what: Asked, candidates: Mapping[Node, Candidate]) -> Need:
    """Give the need; what is given by hand stands in place of what search and project say of it."""
    partners = Bodies.of(facts, what.project) if what.project is not None else Bodies({}, {})
    about = _about(facts, what.project)
    contact = what.said("contactOrganisation")
    bodies = {**contact, **{body: tuple(partners.evidence[body]) for body in partners.helices}}
    return Need(
        kinds=what.hand("type") or what.said("seeksOrganisationType", "requiresOrganisationType"),
        must_kinds={} if "type" in what.by_hand else what.said("requiresOrganisationType"),
        countries=what.hand("country") or what.said("seeksCountry", "requiresCountry"),
        must_countries={} if "country" in what.by_hand else what.said("requiresCountry"),
        legal=what.said("seeksLegalStatus"),
        chains=what.hand("value-chain") or what.said("seeksValueChain") or _of(about, {_CHAINS}),
        topics=what.hand("capability") or what.said("seeksCapability") or _of(about, _TOPICS),
        eligible=_eligible(facts, what),
        project=what.project,
        contact=contact,
        bodies=bodies,
        present=frozenset(_of(about, _COUNTRIES)),
        gap=gap_of(partners),
        links=read_links(candidates, bodies, what.project),
    )


def gap_of(partners: Bodies) -> frozenset[Node]:
    """Give the helices that a consortium lacks; none where too few of its bodies are of known helix to tell."""
    known = len(partners.helices) - len(partners.unknown)
    if known < FEWEST or known < len(partners.unknown):
        return frozenset()
    return frozenset(helix for helix in HELICES if not partners.in_helix(helix))


def _about(facts: Facts, project: Node | None) -> list[ox.Triple]:
    if project is None:
        return []
    rows = facts.rows("topics-of-thing", entity=project)
    return [ox.Triple(project, node(row, "property"), node(row, "topic")) for row in rows]


def _of(about: Iterable[ox.Triple], properties: Iterable[Node]) -> Said:
    wanted = frozenset(properties)
    return {item.object: (item,) for item in about if item.predicate in wanted and isinstance(item.object, Node)}


def _eligible(facts: Facts, what: Asked) -> Said:
    """Give the countries that programmes may fund; none where no source lists those of one of them."""
    programmes = what.hand("programme") or _programmes(facts, what.project)
    rows = facts.rows_for_many("eligible-countries", "programme", tuple(programmes))
    if {row["programme"] for row in rows} != programmes.keys():
        return {}
    found: dict[Node, tuple[ox.Triple, ...]] = {}
    for row in rows:
        programme, country = node(row, "programme"), node(row, "country")
        statement = ox.Triple(programme, mk("eligibleCountry"), country)
        found[country] = (*found.get(country, ()), *programmes[programme], statement)
    return found


def _programmes(facts: Facts, project: Node | None) -> Said:
    if project is None:
        return {}
    rows = facts.rows("programmes-of-projects", project=project)
    found = [node(row, "programme") for row in rows if row["programme"] is not None]
    return {one: (ox.Triple(project, mk("underProgramme"), one),) for one in found}
