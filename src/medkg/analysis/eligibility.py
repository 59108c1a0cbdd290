"""Whether a consortium keeps the rules of a programme or call, what it lacks, and the smallest change that helps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Final, cast

import pyoxigraph as ox

from medkg.analysis.consortium import HELIX, STATUS, Body, Consortium, read_consortium
from medkg.analysis.facts import Facts, Given
from medkg.analysis.prospects import Prospects
from medkg.analysis.repair import MOST_CHANGES, Repair, Rules, alternatives, smallest_repair
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.rulebook import Rulebook, read_rulebook
from medkg.analysis.rules import Outcome, Rule, judged, verdict
from medkg.analysis.stated import plain

Node = ox.NamedNode
#: Rules that hang on no fact about a body.
_COUNTING: Final = ("bodies-at-least", "lead-named")
_CEILINGS: Final = ("contribution-at-most", "eu-rate-at-most")


@dataclass(frozen=True)
class Judgement:
    """What the rules of a programme or call say of a consortium."""

    book: Rulebook
    consortium: Consortium

    @cached_property
    def outcomes(self) -> Mapping[Rule, Outcome]:
        """Give what each rule says."""
        return {rule: judged(rule, self.book.area, self.consortium) for rule in self.book.rules}

    @property
    def verdict(self) -> Outcome:
        """Give what they say together."""
        return verdict(tuple(self.outcomes.values()))

    @property
    def enough(self) -> bool:
        """Tell whether it can be judged: a rule on the partnership is known, and nothing that decides is missing."""
        return self.book.partnership and self.verdict is not Outcome.OPEN

    def count(self, outcome: Outcome) -> int:
        """Give the number of rules with an outcome."""
        return sum(one is outcome for one in self.outcomes.values())

    def concerned(self, rule: Rule) -> tuple[Body, ...]:
        """Give the bodies on which a broken or open rule hangs: they break it, or too little is known of them."""
        outcome = self.outcomes[rule]
        if outcome in (Outcome.KEPT, Outcome.NOT_ASKED):
            return ()
        if rule.kind.startswith("lead"):
            return (self.consortium.lead,) if self.consortium.lead else ()
        if rule.kind.startswith("countries-within"):
            alone = ((body, judged(rule, self.book.area, Consortium((body,)))) for body in self.consortium.bodies)
            return tuple(body for body, said in alone if said is not Outcome.KEPT)
        if rule.kind == "bodies-of-country-at-most":
            return tuple(
                body for body in self.consortium.bodies if rule.country in body.countries or not body.countries
            )
        silent = "helices" if rule.kind == "helices-at-least" else "countries"
        return tuple(body for body in self.consortium.bodies if outcome is Outcome.OPEN and not getattr(body, silent))

    def evidence(self, rule: Rule) -> Iterator[ox.Triple]:
        """Give the statements that an outcome rests on."""
        yield from rule.evidence
        bodies = self.consortium.bodies
        if rule.kind.startswith("lead"):
            bodies = tuple(body for body in bodies if body == self.consortium.lead)
        if not rule.of_members or rule.kind in _COUNTING:
            return
        for body in bodies:
            yield from _facts(rule, body)
        yield from self.book.countries({country for body in bodies for country in body.countries})


def _facts(rule: Rule, body: Body) -> Iterator[ox.Triple]:
    if rule.kind == "lead-public":
        if body.public and body.iri:
            yield ox.Triple(body.iri, STATUS, Node("https://w3id.org/medkg/scheme/legal-status/public"))
        return
    about_helix = rule.kind == "helices-at-least"
    yield from (item for item in body.evidence if (item.predicate == HELIX) is about_helix)


def report(facts: Facts, given: Given) -> Report:
    """Give the verdict, each rule's outcome, and the smallest change that makes the consortium eligible.

    Raises:
        BadParameter: the programme or a member is not known, the lead is no member, or an amount cannot be.
    """
    book = read_rulebook(facts, cast(Node, given["programme"]))
    found = Judgement(book, read_consortium(facts, given))
    broken = any(one is Outcome.BROKEN and rule.of_members for rule, one in found.outcomes.items())
    rules = Rules.of_members(book.rules, book.area)
    repair = smallest_repair(found.consortium, rules) if broken else None
    steps = (*_member_steps(facts, repair, rules), *_money_steps(found))
    tables = (_verdict(found, repair), _rules(found), Table("repair", steps))
    return Report(tables, tuple(_notes(found, broken, repair)), found.enough)


def _verdict(found: Judgement, repair: Repair | None) -> Table:
    cells: dict[str, Value] = {
        "verdict": Note(f"verdict-{found.verdict}"),
        "kept": found.count(Outcome.KEPT),
        "broken": found.count(Outcome.BROKEN),
        "open": found.count(Outcome.OPEN),
        "not-asked": found.count(Outcome.NOT_ASKED),
        "changes": repair.size if repair else None,
    }
    return Table("verdict", (Row(cells),))


def _rules(found: Judgement) -> Table:
    """Give a row for each rule, and one for whatever no source states a rule about."""
    rows = [_rule_row(found, rule, outcome) for rule, outcome in found.outcomes.items()]
    silent: list[Row] = [
        Row({"rule": Note(f"about-{aspect}"), "outcome": Note("no-rule"), "bodies": (), "owner": None, "sources": ()})
        for aspect in found.book.silent
    ]
    return Table("rules", (*rows, *silent))


def _rule_row(found: Judgement, rule: Rule, outcome: Outcome) -> Row:
    cells: dict[str, Value] = {
        "rule": sentence(rule),
        "outcome": Note(f"outcome-{outcome}"),
        "bodies": _iris(found.concerned(rule)),
        "owner": rule.owner,
        "sources": found.book.sources[rule.iri],
    }
    return Row(cells, tuple(dict.fromkeys(found.evidence(rule))))


def sentence(rule: Rule) -> Note:
    """Give a rule as a sentence of the definition's."""
    values: dict[str, Value] = {}
    if rule.limit and not rule.kind.startswith("lead"):
        values["limit"] = Decimal(rule.limit) if rule.kind != "handed-in-by" else ox.Literal(rule.limit)
    if rule.country:
        values["country"] = rule.country
    return Note(f"rule-{rule.kind}", cast("Mapping[str, Node]", values))


def _iris(bodies: Iterable[Body]) -> tuple[Node, ...]:
    return tuple(body.iri for body in bodies if body.iri)


def _member_steps(facts: Facts, repair: Repair | None, rules: Rules) -> Iterator[Row]:
    if repair is None:
        return
    for body in repair.removed:
        yield _step(Note("remove", {"body": body.iri}), (), (), body.evidence)
    choices = [alternatives(repair, place, rules) for place in range(len(repair.added))]
    wanted = {country for choice in choices for country in choice}
    prospects = Prospects.read(facts, wanted, repair.after.bodies) if wanted else None
    for body, choice in zip(repair.added, choices, strict=True):
        best = prospects.best(choice, body.helices) if prospects else ()
        evidence = [item for one in best for item in one.evidence(prospects.shared if prospects else ())]
        helix = next(iter(body.helices), None)
        told = Note("add-of-helix", {"helix": helix}) if helix else Note("add")
        yield _step(told, choice, tuple(one.iri for one in best), evidence)
    if repair.lead_changed:
        yield _step(_new_lead(repair.after.lead), (), (), ())


def _new_lead(lead: Body | None) -> Note:
    if lead is not None and lead.iri is not None:
        return Note("lead", {"body": lead.iri})
    return Note("lead-added-public" if lead is not None and lead.public else "lead-added")


def _step(told: Note, countries: Sequence[Node], bodies: Sequence[Node], evidence: Iterable[ox.Triple]) -> Row:
    cells: dict[str, Value] = {"step": told, "countries": tuple(countries), "candidates": tuple(bodies)}
    return Row(cells, tuple(dict.fromkeys(evidence)))


def _money_steps(found: Judgement) -> Iterator[Row]:
    """Give what the consortium would have to ask for: no other members change that."""
    money = found.consortium.money
    broken = [rule for rule, outcome in found.outcomes.items() if outcome is Outcome.BROKEN and not rule.of_members]
    limits = {rule: _most(rule, money.total) for rule in broken if rule.kind in _CEILINGS}
    if limits:
        strictest = min(limits, key=lambda rule: (limits[rule], rule.iri.value))
        yield _step(Note("ask-at-most", {"amount": limits[strictest]}), (), (), strictest.evidence)
    for rule in broken:
        if rule.kind == "contribution-at-least":
            yield _step(Note("ask-at-least", {"amount": Decimal(rule.limit)}), (), (), rule.evidence)


def _most(rule: Rule, total: Decimal | None) -> Decimal:
    """Give the greatest contribution that a ceiling allows, to the cent."""
    share = (
        Fraction(rule.limit) * Fraction(total or 0) / 100 if rule.kind == "eu-rate-at-most" else Fraction(rule.limit)
    )
    cents = floor(share * 100)
    return plain(Decimal(cents) / 100)


def _notes(found: Judgement, broken: bool, repair: Repair | None) -> Iterator[Note]:
    book = found.book
    if not book.rules:
        yield Note("no-rules")
    elif not book.partnership:
        yield Note("no-partnership-rules")
    if found.verdict is Outcome.OPEN:
        bodies = [body for rule, one in found.outcomes.items() if one is Outcome.OPEN for body in found.concerned(rule)]
        yield Note("missing-facts", {"bodies": _iris(dict.fromkeys(bodies))})
    if broken and repair is None:
        yield Note("no-repair", {"most": MOST_CHANGES})
    if book.closes is not None:
        late = found.consortium.money.on is not None and found.consortium.money.on > book.closes
        yield Note("closed" if late else "closes", {"date": ox.Literal(book.closes)})
    if found.count(Outcome.NOT_ASKED):
        yield Note("not-asked", {"rules": found.count(Outcome.NOT_ASKED)})
    yield Note("only-known-rules")
