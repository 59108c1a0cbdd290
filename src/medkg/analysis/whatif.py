"""What a project, structure or consortium would be with some bodies more and others less. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from medkg.analysis.amounts import added
from medkg.analysis.clusters import Clusters
from medkg.analysis.consortium import HELIX, Body, countries_of
from medkg.analysis.eligibility import sentence
from medkg.analysis.facts import Facts, Given, asked_for, in_order, node, ordered, several
from medkg.analysis.figures import PARTNER, Figure, figures_of
from medkg.analysis.helix import FEWEST, HELICES, evenness, share_of
from medkg.analysis.metaclusters import WEIGHTS, Proposal, proposals
from medkg.analysis.report import Amount, Note, Report, Row, Table, Value
from medkg.analysis.rulebook import Rulebook, read_rulebook
from medkg.analysis.rules import judged, verdict
from medkg.analysis.variants import Variant, Whole, read_variants

Node = ox.NamedNode
_NONE: Final = Decimal("0.000")


def report(facts: Facts, given: Given) -> Report:
    """Give before, after and the change: helices, countries, rules, terms of the score, partner budgets.

    Raises:
        BadParameter: something is not known, what is added is there, what is removed is not, or the lead is not.
    """
    whole = Whole.read(facts, several(given, "of"))
    before, after = read_variants(facts, given, whole)
    book = _rulebook(facts, given, whole)
    money = tuple(_money(facts, whole, after))
    tables = (
        Table("measures", tuple(_measures(before, after))),
        Table("helices", tuple(_helices(before, after, whole))),
        Table("countries", tuple(_countries(before, after))),
        Table("rules", tuple(_rules(book, before, after)) if book else ()),
        Table("terms", tuple(_terms(facts, before, after))),
        Table("money", money),
    )
    return Report(tables, tuple(_notes(before, after, book, whole, money)), _enough(before) and _enough(after))


def _enough(variant: Variant) -> bool:
    unknown = len(variant.with_helix(None))
    known = len(variant.bodies) - unknown
    return known >= max(FEWEST, unknown)


def _measured(variant: Variant) -> Mapping[str, Decimal | int | None]:
    counts = [len(variant.with_helix(helix)) for helix in HELICES]
    return {
        "bodies": len(variant.bodies),
        "known": len(variant.bodies) - len(variant.with_helix(None)),
        "coverage": share_of(sum(map(bool, counts)), len(HELICES)),
        "evenness": evenness(counts),
        "countries": len(countries_of(variant.bodies)),
    }


def _measures(before: Variant, after: Variant) -> Iterator[Row]:
    was, would = _measured(before), _measured(after)
    for name in was:
        yield Row({"measure": Note(f"measure-{name}"), **_change(was[name], would[name])})


def _change(was: Decimal | int | None, would: Decimal | int | None) -> Mapping[str, Value]:
    change = None if was is None or would is None else would - was
    return {"before": was, "after": would, "change": change}


def _helices(before: Variant, after: Variant, whole: Whole) -> Iterator[Row]:
    for helix in (*HELICES, None):
        was, would = before.with_helix(helix), after.with_helix(helix)
        coming = tuple(body.iri for body in would if body not in was and body.iri)
        going = tuple(body.iri for body in was if body not in would and body.iri)
        cells: dict[str, Value] = {"helix": helix or Note("unknown-helix"), **_change(len(was), len(would))}
        evidence = [item for body in dict.fromkeys((*was, *would)) for item in _evidence(body, helix, whole)]
        yield Row({**cells, "coming": coming, "going": going}, tuple(evidence))


def _evidence(body: Body, helix: Node | None, whole: Whole) -> Iterator[ox.Triple]:
    if body.iri and body.iri in whole.links:
        yield whole.links[body.iri]
    if body.iri and helix:
        yield ox.Triple(body.iri, HELIX, helix)


def _countries(before: Variant, after: Variant) -> Iterator[Row]:
    for country in ordered(countries_of((*before.bodies, *after.bodies))):
        was, would = ([body for body in one.bodies if country in body.countries] for one in (before, after))
        evidence = dict.fromkeys(item for body in (*was, *would) for item in body.evidence if item.object == country)
        yield Row({"country": country, **_change(len(was), len(would))}, tuple(evidence))


def _rulebook(facts: Facts, given: Given, whole: Whole) -> Rulebook | None:
    """Give the rules of the programme or call given, else of the project's one programme."""
    asked = asked_for(given, "programme")
    if asked is None and whole.iri is not None and whole.is_project:
        rows = facts.rows("programmes-of-projects", project=whole.iri)
        found = ordered({node(row, "programme") for row in rows if row["programme"] is not None})
        asked = found[0] if len(found) == 1 else None
    return read_rulebook(facts, asked) if asked is not None else None


def _rules(book: Rulebook, before: Variant, after: Variant) -> Iterator[Row]:
    rules = tuple(rule for rule in book.rules if rule.of_members)
    said = {rule: [judged(rule, book.area, one.consortium) for one in (before, after)] for rule in rules}
    if said:
        was, would = (verdict([outcomes[at] for outcomes in said.values()]) for at in (0, 1))
        yield Row({"rule": Note("verdict"), "before": Note(f"verdict-{was}"), "after": Note(f"verdict-{would}")})
    for rule, (was, would) in said.items():
        cells = {"rule": sentence(rule), "before": Note(f"outcome-{was}"), "after": Note(f"outcome-{would}")}
        yield Row(cells, rule.evidence)


def _terms(facts: Facts, before: Variant, after: Variant) -> Iterator[Row]:
    """Give the score of the clusters among the parts as a meta-cluster, on each value chain and term by term."""
    known = Clusters.read(facts)
    was, would = (
        {one.chain: one for one in proposals(known, parts & known.by_iri.keys())}
        for parts in (before.parts, after.parts)
    )
    for chain in ordered({*was, *would}):
        pair = (was.get(chain), would.get(chain))
        held = {cluster.iri: cluster for one in pair if one for cluster in one.clusters}
        evidence = dict.fromkeys(item for iri in ordered(held) for item in held[iri].evidence(chain))
        for name in (*WEIGHTS, "score"):
            yield Row({"chain": chain, "term": Note(f"term-{name}"), **_change(*_both(*pair, name))}, tuple(evidence))


def _both(was: Proposal | None, would: Proposal | None, name: str) -> Iterator[Decimal | None]:
    """Give the points of a term before and after, None where it cannot be judged.

    Clusters that make no meta-cluster on the chain have 0 of what the other ones are judged by.
    """
    held = [None if one is None else one.score if name == "score" else one.terms[name] for one in (was, would)]
    for one, points in zip((was, would), held, strict=True):
        yield _NONE if one is None and any(other is not None for other in held) else points


def _money(facts: Facts, whole: Whole, after: Variant) -> Iterator[Row]:
    """Give the partner budgets that sources state, before, after, and what goes with those that go."""
    if whole.iri is None or not whole.is_project:
        return
    rows = in_order(facts.rows("groups-of-participations", project=whole.iri), "participation", "body")
    bodies = {node(row, "participation"): node(row, "body") for row in rows if row["body"] is not None}
    figures = [one for one in figures_of(facts, bodies) if one.kind == PARTNER]
    for currency in sorted({one.amount.currency for one in figures}):
        held: dict[Node, Figure] = {}
        for one in sorted(one for one in figures if one.amount.currency == currency):
            held.setdefault(one.owner, one)
        gone = whole.parts - after.parts
        staying = [one for owner, one in held.items() if bodies[owner] not in gone]
        going = [one for owner, one in held.items() if bodies[owner] in gone]
        cells: dict[str, Value] = {
            "before": _sum(list(held.values())),
            "after": _sum(staying),
            "going": _sum(going),
            "stated": len(held),
        }
        yield Row(cells, tuple(item for owner in ordered(held) for item in held[owner].evidence))


def _sum(figures: list[Figure]) -> Amount | None:
    return added([one.amount for one in figures])


def _notes(
    before: Variant, after: Variant, book: Rulebook | None, whole: Whole, money: tuple[Row, ...]
) -> Iterator[Note]:
    if before.parts == after.parts and before.lead == after.lead:
        yield Note("nothing")
    if not after.bodies:
        yield Note("nobody")
    for name, variant in (("before", before), ("after", after)):
        if not _enough(variant):
            yield Note(f"too-little-{name}", {"unknown": len(variant.with_helix(None))})
    if book is None:
        yield Note("no-programme")
    elif not book.partnership:
        yield Note("no-partnership-rules")
    if whole.is_project and money and after.parts - before.parts:
        yield Note("no-budget", {"bodies": ordered(after.parts - before.parts)})
    yield Note("not-stored")
