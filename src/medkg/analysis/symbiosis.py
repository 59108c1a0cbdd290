"""Industrial symbiosis: which bodies could use what others have to give away, what is known of streams, and what lacks.

The residue of one body as the input of another, sought near at hand first: Chertow (2000) calls it the exchange of
materials that the closeness of the bodies makes possible. Nothing is matched that no source says is offered or needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

import pyoxigraph as ox

from medkg.analysis.facts import Facts, Given, asked_for, mk, node, nodes, ordered
from medkg.analysis.market import Market, Match
from medkg.analysis.partnerships import partnerships
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.analysis.streams import Fit, Streams
from medkg.errors import BadParameter

Node = ox.NamedNode
#: Matches that are named; that there are more is said.
NAMED: Final = 200
#: Parameter → the class that what is given must have.
_CLASSES: Final = {"stream": mk("ResourceStream"), "place": mk("Place"), "actor": mk("Actor")}
_COVERS: Final = mk("coversArea")
_BECOMES: Final = mk("becomes")


def report(facts: Facts, given: Given) -> Report:
    """Give the matches, and all that is known of streams, exchanges and partnerships.

    Raises:
        BadParameter: nothing is known of what is asked for, or it is no stream, place or actor.
    """
    for name, kind in _CLASSES.items():
        _require(facts, given, name, kind)
    streams = Streams.of(facts)
    market, about = Market(facts, streams), _about(facts)
    scope, asked = _scope(streams, market, asked_for(given, "stream")), _asked(market, given)
    matches = list(islice(market.ranked(_fits(market, given), asked), NAMED + 1))
    tables = (
        _matches(market, matches[:NAMED]),
        _exchanges(market, scope),
        _streams(market, about, scope),
        _concerns(about, scope),
        _cities(facts, about),
        partnerships(facts),
        _circles(streams),
    )
    lacks = _lacks(market, scope, asked)
    return Report(tables, (*lacks, *_notes(market, matches, not lacks), *_told(tables)), not lacks)


def _require(facts: Facts, given: Given, name: str, kind: Node) -> None:
    thing = asked_for(given, name)
    if thing is None:
        return
    facts.require(thing, name)
    if kind not in {node(row, "class") for row in facts.rows("thing-classes", thing=thing)}:
        remedy = f"Give a thing of the class mk:{kind.value.rpartition('/')[2]}; /search finds it."
        raise BadParameter(f"{thing.value} is no {name}", subject=name, remedy=remedy)


def _asked(market: Market, given: Given) -> Collection[Node] | None:
    """Give the bodies of which one at least must take part; None where all may."""
    place, actor = asked_for(given, "place"), asked_for(given, "actor")
    if place is None:
        return None if actor is None else {actor}
    there = {body for body in market.bodies if any(place in found for found in market.places[body].at.values())}
    return there if actor is None else there & {actor}


def _fits(market: Market, given: Given) -> Sequence[Fit]:
    stream = asked_for(given, "stream")
    return [fit for fit in market.fits() if stream is None or stream in fit.path]


def _scope(streams: Streams, market: Market, stream: Node | None) -> Collection[Node] | None:
    """Give the streams that have to do with the one asked for; None for all."""
    if stream is None:
        return None
    towards = {offered for offered in market.offers if stream in streams.fits(offered)}
    return {stream, *streams.fits(stream), *towards}


def _within(stream: Node, scope: Collection[Node] | None) -> bool:
    return scope is None or stream in scope


def _held(side: Mapping[Node, Collection[Node]], scope: Collection[Node] | None) -> int:
    return sum(len(found) for stream, found in side.items() if _within(stream, scope))


def _matches(market: Market, found: Iterable[Match]) -> Table:
    return Table("matches", tuple(_match_row(market, match) for match in found))


def _match_row(market: Market, match: Match) -> Row:
    giver, taker = market.places[match.giver], market.places[match.taker]
    shared, known = giver.shared(taker, match.level), market.exchanged(match)
    cells: dict[str, Value] = {
        "near": Note(f"near-{match.level}"),
        "where": shared,
        "giver": match.giver,
        "offered": match.offered,
        "taker": match.taker,
        "needed": match.needed,
        "fit": Note(f"fit-{match.fit.kind}"),
        "way": match.fit.path[1:-1],
        "known": Note("exchanged") if known else None,
    }
    there = [body.at[level][place] for body in (giver, taker) for level in body.at for place in ordered(body.at[level])]
    near = tuple(statement for statement in there if statement.object in shared)
    said = (*market.offers[match.offered][match.giver], *market.needs[match.needed][match.taker])
    passed = tuple(statement for one in known for statement in one.evidence())
    return Row(cells, (*said, *match.fit.evidence, *near, *passed))


def _exchanges(market: Market, scope: Collection[Node] | None) -> Table:
    rows = [
        Row(
            {
                "exchange": one.iri,
                "stream": one.stream,
                "givers": ordered(one.givers),
                "takers": ordered(one.takers),
            },
            tuple(one.evidence()),
        )
        for one in market.exchanges
        if _within(one.stream, scope)
    ]
    return Table("exchanges", tuple(rows))


#: Stream → project → what of the project is about it, with the statements that say so.
About = Mapping[Node, Mapping[Node, Mapping[Node, Sequence[ox.Triple]]]]


def _about(facts: Facts) -> About:
    found: dict[Node, dict[Node, dict[Node, list[ox.Triple]]]] = defaultdict(lambda: defaultdict(dict))
    for row in facts.rows("projects-of-streams"):
        stream, project, subject, prop = (node(row, name) for name in ("stream", "project", "subject", "property"))
        said = ox.Triple(stream, prop, subject) if prop == _BECOMES else ox.Triple(subject, prop, stream)
        held = found[stream][project].setdefault(subject, [])
        link = next(nodes(row, "link"))
        held += [said] if link is None else [said, ox.Triple(project, link, subject)]
    return found


def _streams(market: Market, about: About, scope: Collection[Node] | None) -> Table:
    """Give each stream of which anything is known: who offers and needs it, what becomes of it, who is about it."""
    known = {*market.offers, *market.needs, *about, *market.streams.sources()}
    rows = [_stream_row(market, about, stream) for stream in ordered(known) if _within(stream, scope)]
    return Table("streams", tuple(rows))


def _stream_row(market: Market, about: About, stream: Node) -> Row:
    offers, needs = market.offers.get(stream, {}), market.needs.get(stream, {})
    becomes, projects = market.streams.becomes(stream), about.get(stream, {})
    cells: dict[str, Value] = {
        "stream": stream,
        "offers": len(offers),
        "needs": len(needs),
        "becomes": ordered(becomes),
        "projects": ordered(projects),
    }
    told = [statement for side in (offers, needs) for body in ordered(side) for statement in side[body]]
    made = [becomes[other] for other in ordered(becomes)]
    of_projects = [item for parts in projects.values() for held in parts.values() for item in held]
    return Row(cells, tuple(dict.fromkeys((*told, *made, *of_projects))))


def _concerns(about: About, scope: Collection[Node] | None) -> Table:
    rows = [
        Row(
            {"project": project, "subject": subject, "stream": stream},
            tuple(dict.fromkeys(about[stream][project][subject])),
        )
        for stream in ordered(about)
        if _within(stream, scope)
        for project in ordered(about[stream])
        for subject in ordered(about[stream][project])
    ]
    return Table("concerns", tuple(rows))


def _cities(facts: Facts, about: About) -> Table:
    """Give the cities in which the projects work that are about streams."""
    projects = {project for found in about.values() for project in found}
    rows = []
    for row in facts.rows_for_many("cities-of-projects", "project", projects):
        project, city = node(row, "project"), node(row, "city")
        cells: dict[str, Value] = {"project": project, "city": city, "country": next(nodes(row, "country"))}
        rows.append(Row(cells, (ox.Triple(project, _COVERS, city),)))
    return Table("cities", tuple(rows))


def _circles(streams: Streams) -> Table:
    rows = [
        Row({"kind": Note(f"circle-{kind}"), "streams": circle}, streams.links_within(circle))
        for kind, circle in streams.circles()
    ]
    return Table("circles", tuple(rows))


def _lacks(market: Market, scope: Collection[Node] | None, asked: Collection[Node] | None) -> tuple[Note, ...]:
    """Give what is too little known to match; nothing where offers and needs are known."""
    offers, needs = _held(market.offers, scope), _held(market.needs, scope)
    if not offers or not needs:
        return (Note("not-enough", {"offers": offers, "needs": needs}),)
    return () if asked is None or any(body in market.bodies for body in asked) else (Note("asked-silent"),)


def _notes(market: Market, matches: Sequence[Match], enough: bool) -> Iterator[Note]:
    if enough and not matches:
        yield Note("no-match")
    if len(matches) > NAMED:
        yield Note("more", {"named": NAMED})
    unplaced = sum(not market.places[body].placed for body in market.bodies)
    if unplaced:
        yield Note("unplaced", {"unplaced": unplaced})


def _told(tables: Iterable[Table]) -> Iterator[Note]:
    """Give what the further tables say of themselves."""
    found = {table.id: table.rows for table in tables}
    silent = sum(not row.cells["members"] for row in found["partnerships"])
    if silent:
        yield Note("no-members", {"silent": silent, "partnerships": len(found["partnerships"])})
    for kind in ("kind", "made"):
        several = sum(row.cells["kind"] == Note(f"circle-{kind}") for row in found["circles"])
        if several:
            yield Note(f"circles-{kind}", {"circles": several})
