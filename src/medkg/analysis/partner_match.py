"""Partners for a search or a need: who is excluded by which condition, and how many points each other body has.

Terms, weights and their sum are those of :mod:`medkg.analysis.partner_scoring`, conditions those of
:mod:`medkg.analysis.partner_matching`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from medkg.analysis.definition import definitions
from medkg.analysis.facts import Facts, Given, ordered
from medkg.analysis.hierarchies import read_hierarchy
from medkg.analysis.partner_candidates import SCHEMES, Said, read_candidates
from medkg.analysis.partner_matching import Matcher, Need
from medkg.analysis.partner_needs import Asked, asked, need_of
from medkg.analysis.partner_scoring import TERMS, WEIGHT, Scored, Weights, ranked, ranks, weights_of
from medkg.analysis.partner_search import OPEN, closed_calls, closing_dates, day_of
from medkg.analysis.report import Note, Plain, Report, Row, Table, Value
from medkg.analysis.stated import plain

Node = ox.NamedNode
#: Candidates and exclusions that are named; a note counts the others.
NAMED: Final = 25
#: The conditions in the order in which they are shown; a body that breaks several is counted under each.
CONDITIONS: Final = (
    "partner",
    "searcher",
    "several",
    "absent",
    "kind",
    "legal-status",
    "eligible-country",
    "required-country",
)
_TABLES: Final = ("candidates", "terms", "wanted", "conditions", "excluded", "points")


@dataclass(frozen=True, slots=True)
class Excluded:
    """A body and a condition that it is known to break, with the statements that show it."""

    iri: Node
    condition: str
    evidence: tuple[ox.Triple, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Who is excluded, and all others in their order."""

    weights: Weights
    ranking: Sequence[Scored]
    excluded: Sequence[Excluded]

    @property
    def judged(self) -> frozenset[str]:
        """Give the terms that can be judged; they are the same for all candidates."""
        return frozenset(term for one in self.ranking[:1] for term, part in one.parts.items() if part is not None)

    @property
    def enough(self) -> bool:
        """Tell whether there are candidates, and the terms that can be judged have at least half of the weights."""
        return 2 * sum(self.weights[term] for term in self.judged) >= sum(self.weights.values())


def usual_weights() -> Weights:
    """Give the weights that hold where none are given."""
    defaults = definitions()["partner-match"].defaults
    return {term: int(defaults[WEIGHT + term]) for term in TERMS}


def report(facts: Facts, given: Given) -> Report:
    """Give the candidates with their points, the excluded with the reasons, and what was wanted.

    Raises:
        BadParameter: something asked for is unknown or of another kind, search and project do not belong together, a
            weight is negative or too heavy, or all are zero.
    """
    weights, what = weights_of(given), asked(facts, given)
    if what.search is None and what.project is None and not what.by_hand:
        return Report(tuple(Table(name, ()) for name in _TABLES), (Note("nothing-asked"),), False)
    candidates = read_candidates(facts)
    need = need_of(facts, what, candidates)
    matcher = Matcher(need, read_hierarchy(facts, *SCHEMES))
    excluded = [
        Excluded(iri, *obstacle) for iri in ordered(candidates) for obstacle in matcher.obstacles(candidates[iri])
    ]
    out = {one.iri for one in excluded}
    left = [Scored(iri, matcher.parts(one)) for iri, one in candidates.items() if iri not in out]
    match = Match(weights, ranked(left, weights), excluded)
    tables = (_candidates(match), _terms(match), _wanted(need), _conditions(match), _excluded(match), _points(match))
    return Report(tables, (*_state(facts, what, given), *_notes(match)), match.enough)


def _candidates(match: Match) -> Table:
    usual = usual_weights()
    now, before = ranks(match.ranking, match.weights), ranks(ranked(match.ranking, usual), usual)
    rows = [_candidate(one, match.weights, now[one.iri], before[one.iri]) for one in match.ranking[:NAMED]]
    return Table("candidates", tuple(rows))


def _candidate(one: Scored, weights: Weights, now: int, before: int) -> Row:
    cells: dict[str, Value] = {
        "rank": now,
        "usual": before,
        "body": one.iri,
        **{term: _cell(one, term, weights) for term in TERMS},
        "score": one.score(weights),
        "most": one.most(weights),
    }
    evidence = (item for part in one.parts.values() if part is not None for item in part.evidence)
    return Row(cells, tuple(dict.fromkeys(evidence)))


def _cell(one: Scored, term: str, weights: Weights) -> Value:
    """Give the points of a term; "not known" is no zero, and what cannot be judged for anybody is left blank."""
    part = one.parts[term]
    if part is None:
        return None
    return Note("unknown") if part.unknown else one.points(term, weights)


def _terms(match: Match) -> Table:
    return Table("terms", tuple(_term(match, term) for term in TERMS))


def _term(match: Match, term: str) -> Row:
    parts = [part for one in match.ranking if (part := one.parts[term]) is not None]
    judged = Note("judged" if term in match.judged else f"silent-{term}")
    cells: Mapping[str, Value] = {
        "term": Note(f"term-{term}"),
        "weight": match.weights[term],
        "judged": judged,
        "with": sum(part.low > 0 for part in parts),
        "unknown": sum(part.unknown for part in parts),
    }
    return Row(cells)


def _points(match: Match) -> Table:
    """Give the terms that give points to the candidates named, each with its own statements."""
    rows = [
        Row(
            {
                "body": one.iri,
                "term": Note(f"term-{term}"),
                "value": part.low,
                "weight": match.weights[term],
                "points": one.points(term, match.weights),
            },
            part.evidence,
        )
        for one in match.ranking[:NAMED]
        for term, part in one.parts.items()
        if part is not None and part.low > 0
    ]
    return Table("points", tuple(rows))


def _wanted(need: Need) -> Table:
    """Give what the need consists of: conditions first, then what gives points."""
    conditions = {"kind": need.must_kinds, "legal-status": need.legal, "eligible-country": need.eligible}
    conditions["required-country"] = need.must_countries
    wishes: dict[str, Said] = {"kinds": need.kinds, "countries": need.countries, "chains": need.chains}
    wishes |= {"topics": need.topics, "gap": dict.fromkeys(need.gap, ()), "present": dict.fromkeys(need.present, ())}
    wishes["bodies"] = need.bodies
    named = [(Note(f"condition-{name}"), said) for name, said in conditions.items()]
    named += [(Note(f"wish-{name}"), said) for name, said in wishes.items()]
    return Table("wanted", tuple(_want(note, said) for note, said in named if said))


def _want(note: Note, said: Said) -> Row:
    evidence = dict.fromkeys(item for thing in ordered(said) for item in said[thing])
    return Row({"what": note, "things": ordered(said)}, tuple(evidence))


def _conditions(match: Match) -> Table:
    counts = Counter(one.condition for one in match.excluded)
    rows = [
        Row({"condition": Note(f"condition-{name}"), "bodies": counts[name]}) for name in CONDITIONS if counts[name]
    ]
    return Table("conditions", tuple(rows))


def _excluded(match: Match) -> Table:
    rows = [
        Row({"body": one.iri, "condition": Note(f"condition-{one.condition}")}, one.evidence)
        for one in match.excluded[:NAMED]
    ]
    return Table("excluded", tuple(rows))


def _state(facts: Facts, what: Asked, given: Given) -> Iterable[Note]:
    """Say where a search is not known to be open on the day, or its call has closed."""
    if what.search is None:
        return
    on = day_of(given)
    state = what.search.state(on)
    values: dict[str, Plain] = {"search": what.search.iri, "on": ox.Literal(on.isoformat())}
    if state is None:
        yield Note("state-unknown", values)
    elif state != OPEN:
        yield Note("not-open", {**values, "state": state})
    yield from closed_calls(closing_dates(facts, [what.search]), on)


def _notes(match: Match) -> Iterable[Note]:
    out = len({one.iri for one in match.excluded})
    yield Note("counted", {"left": len(match.ranking), "all": len(match.ranking) + out, "out": out})
    if not match.ranking:
        yield Note("no-candidate")
    elif not match.enough:
        yield Note("thin")
    rest = match.ranking[NAMED:]
    if rest:
        yield Note("rest", {"rest": len(rest), "points": plain(rest[0].score(match.weights))})
    if match.excluded[NAMED:]:
        yield Note("excluded-rest", {"rest": len(match.excluded) - NAMED})
