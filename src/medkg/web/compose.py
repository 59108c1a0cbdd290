"""From what the store says to what a page shows: things, properties, names, origins, numbered sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

import pyoxigraph as ox

from medkg.namespaces import MK, RDF
from medkg.web.components import NameView, OriginView, PropertyView, StatementView, ThingView
from medkg.web.describe import Story
from medkg.web.display import Display, Shown, shortened
from medkg.web.labels import Text
from medkg.web.lexical import number_of, text_of
from medkg.web.links import page_path
from medkg.web.reading_order import NAMES, STAND_INS, in_stated_order, rank_of
from medkg.web.statements import Origin, Statement, Status, Thing

_TYPE = RDF + "type"
#: Values of one property, and names, that a page shows; the data formats hold all of them.
MOST_SHOWN: Final = 500
#: Statements a page shows before it gets sparing, and how many of a property it shows then.
_MOST_ON_PAGE: Final = 20_000
_LEAST_SHOWN: Final = 10


class Composer:
    """Builds the views of one story, each part told once, and numbers its sources as they come up."""

    def __init__(self, story: Story, display: Display, single_valued: frozenset[str] = frozenset()) -> None:
        self.story = story
        self.display = display
        self.sources = _numbered(source_counts(story.things()))
        self._single_valued = single_valued
        self._room = _MOST_ON_PAGE
        self._told: set[str] = {story.thing.iri, *story.gaps}

    def properties(self, thing: Thing, leave_out: Iterable[str] = ()) -> tuple[PropertyView, ...]:
        """Give the properties of a thing in the order of reading."""
        left_out = set(leave_out)
        names = sorted((name for name in thing.properties if name not in left_out), key=rank_of)
        return tuple(self.property(name, thing.properties[name]) for name in names)

    def property(self, predicate: str, statements: Sequence[Statement]) -> PropertyView:
        """Give one property: the chosen value apart from the others where the property has one value at a time."""
        label = self.display.thing(predicate)
        statements = in_stated_order(statements, self.story.parts)
        chosen = [item for item in statements if item.preferred]
        if predicate not in self._single_valued or not chosen:
            return PropertyView(predicate, label, self._first(statements))
        others = [item for item in statements if not item.preferred]
        return PropertyView(predicate, label, self._first(chosen), self._first(others))

    def statement(self, item: Statement) -> StatementView:
        """Give one statement; a part is told where it is named first."""
        origins = tuple(map(self.origin, item.origins))
        return StatementView(item.anchor, self._shown(item), origins, item.preferred, self._part(item))

    def _first(self, statements: Sequence[Statement]) -> tuple[StatementView, ...]:
        """Give as many statements as a page shows, and how many more the data hold, with the way there."""
        room = min(MOST_SHOWN, max(_LEAST_SHOWN, self._room))
        self._room -= min(room, len(statements))
        shown = tuple(map(self.statement, statements[:room]))
        more = len(statements) - len(shown)
        return (*shown, StatementView("", self._more(more, statements[0].subject), ())) if more > 0 else shown

    def _more(self, number: int, iri: str) -> Shown:
        path = page_path(iri)
        return Shown(f"… +{self.display.count(number)}", f"{path}.json" if path else "", direction="ltr")

    def thing(self, thing: Thing) -> ThingView:
        """Give a thing that is told inside a page, with its names and kinds apart."""
        kinds = tuple(map(self.statement, thing.properties.get(_TYPE, ())))
        names = self.names(thing)
        heading = names[0].text if names else self._stand_in(thing)
        rest = self.properties(thing, leave_out=(*NAMES, _TYPE))
        said = tuple(item for item in rest if not _follows(item))
        follows = tuple(item for item in rest if _follows(item))
        amount, bounds = amount_of(thing, self.display), bounds_of(thing, self.display)
        return ThingView(thing.iri, heading, kinds, said, names, amount, bounds, follows)

    def names(self, thing: Thing) -> tuple[NameView, ...]:
        """Give the names of a thing: equal texts in one language are one name, whichever properties give it."""
        grouped: dict[tuple[str, str], list[Statement]] = {}
        for predicate in NAMES:
            for item in thing.properties.get(predicate, ()):
                if isinstance(item.value, ox.Literal):
                    grouped.setdefault((item.value.value, item.value.language or ""), []).append(item)
        views = (self._name(text, language, found) for (text, language), found in islice(grouped.items(), MOST_SHOWN))
        names = tuple(sorted(views, key=self._name_order))
        more = len(grouped) - len(names)
        return (*names, NameView(self._more(more, thing.iri), "", (), (), ())) if more > 0 else names

    def origin(self, origin: Origin) -> OriginView:
        """Give an origin; its source gets the next number if it is new."""
        rule = self.display.thing(origin.rule) if origin.rule else None
        claim = (page_path(origin.claim) if origin.claim else "") or ""
        source = origin.source or (origin.graph if not origin.rule and origin.status in {"stated", "external"} else "")
        if not source:
            graph = self.display.thing(origin.graph) if origin.graph else None
            href, title = (graph.href, graph.text) if graph else ("", "")
            if origin.status == "saved":
                title = ""  # the status says it; its word leads to the graph
            return OriginView(origin.status, claim=claim, rule=rule, href=href, title=title)
        shown = self.display.thing(source)
        number = self.sources.setdefault(source, len(self.sources) + 1)
        return OriginView(origin.status, number, shown.text, shown.href, lines_text(origin.lines), claim)

    def _shown(self, item: Statement) -> Shown:
        """Give the value of a statement; the object of a claim is shown as a value of what the claim is about."""
        thing = self.story.thing
        claimed = (
            thing.iris(RDF + "predicate") if item.predicate == RDF + "object" and item.subject == thing.iri else ()
        )
        return self.display.value(claimed[0] if claimed else item.predicate, item.value)

    def _part(self, item: Statement) -> ThingView | None:
        if not isinstance(item.value, ox.NamedNode):
            return None
        iri = item.value.value
        part = self.story.parts.get(iri)
        if part is None or iri in self._told or self.story.parents.get(iri) != item.subject:
            return None
        self._told.add(iri)
        return self.thing(part)

    def _stand_in(self, thing: Thing) -> Shown | None:
        """Give what names a part without a name: whom, what or which amount it is about."""
        for predicate in STAND_INS:
            for value in thing.values(predicate):
                shown = self.display.term(value)
                return Shown(shown.text, "", shown.language, shown.direction)
        return None

    def _name(self, text: str, language: str, found: Sequence[Statement]) -> NameView:
        properties = tuple(self.display.thing(name) for name in dict.fromkeys(item.predicate for item in found))
        origins = dict.fromkeys(origin for item in found for origin in item.origins)
        told = [origin for origin in origins if origin.status != "chosen"] or list(origins)
        views = tuple(map(self.origin, told))
        shown = self.display.text(Text(text, language))
        return NameView(shown, language, properties, tuple(item.anchor for item in found), views)

    def _name_order(self, name: NameView) -> tuple[int, str, str]:
        order = (*self.display.order, "en")
        place = order.index(name.language) if name.language in order else len(order)
        return place, name.language, name.text.text


def _follows(item: PropertyView) -> bool:
    """Say whether rules alone give all values of a property."""
    return all(origin.status == Status.INFERRED for value in item.statements for origin in value.origins)


def lines_text(lines: Sequence[tuple[int, int]]) -> str:
    """Give line ranges as they are cited: ``L3–L5, L9``."""
    return ", ".join(f"L{start}" if start == end else f"L{start}–L{end}" for start, end in lines)


def amount_of(thing: Thing, display: Display) -> str:
    """Give the amount of a budget figure with the precision its source has; empty for what is no figure."""
    found = {name: _decimal(thing, MK + name) for name in ("amountExact", "amountNominal", "amountMin", "amountMax")}
    currency = _currency(thing)
    exact, nominal = found["amountExact"], found["amountNominal"]
    least, most = found["amountMin"], found["amountMax"]
    if exact is not None:
        return display.money(exact, currency)
    if nominal is not None:
        return f"{display.rounded(nominal)} {currency}"
    if least is not None and most is not None:
        return f"{display.rounded(least)} – {display.rounded(most)} {currency}"
    single = least if least is not None else most
    if single is None:
        return ""
    return f"{'≥' if least is not None else '≤'} {display.rounded(single)} {currency}"


def bounds_of(thing: Thing, display: Display) -> tuple[str, str] | None:
    """Give the bounds within which a rounded amount lies; None where it is exact or has no two bounds."""
    least, most = _decimal(thing, MK + "amountMin"), _decimal(thing, MK + "amountMax")
    if least is None or most is None or _decimal(thing, MK + "amountNominal") is None:
        return None
    currency = _currency(thing)
    return display.money(least, currency), display.money(most, currency)


def _decimal(thing: Thing, predicate: str) -> Decimal | None:
    values = [value for value in thing.values(predicate) if isinstance(value, ox.Literal)]
    return number_of(values[0]) if values else None


def _currency(thing: Thing) -> str:
    for iri in thing.iris(MK + "currency"):
        return iri.rpartition("/")[2].upper()
    for value in thing.values(MK + "currency"):
        return shortened(text_of(value))
    return "EUR"


def all_origins(things: Iterable[Thing]) -> Iterator[Origin]:
    """Give every origin of every statement."""
    for thing in things:
        for statement in thing.statements():
            yield from statement.origins


def _numbered(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Give each source its number: the founding documents first, then the others, the talkative ones first."""
    ordered = sorted(counts, key=lambda name: (Status.EXTERNAL in counts[name], -sum(counts[name].values()), name))
    return {name: number for number, name in enumerate(ordered, start=1)}


def source_counts(things: Iterable[Thing]) -> Mapping[str, Mapping[str, int]]:
    """Give, per source, how many statements it gives by status."""
    counts: dict[str, dict[str, int]] = {}
    for origin in all_origins(things):
        source = origin.source
        if source:
            by_status = counts.setdefault(source, {})
            by_status[origin.status] = by_status.get(origin.status, 0) + 1
    return counts
