"""The parts that pages are made of: frozen classes, each what one partial template shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from medkg.web.display import Shown
from medkg.web.facet_views import SnippetView

#: Lines of the form that asks a query.
_LEAST_ROWS, _MOST_ROWS, _EMPTY_ROWS = 8, 24, 14


@dataclass(frozen=True, slots=True)
class OriginView:
    """One origin of a statement: its status, the number of its source in the page's list, lines, links."""

    status: str
    number: int | None = None
    title: str = ""
    href: str = ""
    lines: str = ""
    claim: str = ""
    rule: Shown | None = None


@dataclass(frozen=True, slots=True)
class StatementView:
    """One statement: its value, its origins, and the part it leads to where that is told here."""

    anchor: str
    value: Shown
    origins: Sequence[OriginView]
    preferred: bool = False
    part: ThingView | None = None


@dataclass(frozen=True, slots=True)
class PropertyView:
    """A property with its values; ``others`` are what other sources say where one value was chosen."""

    iri: str
    label: Shown
    chosen: Sequence[StatementView]
    others: Sequence[StatementView] = ()

    @property
    def statements(self) -> tuple[StatementView, ...]:
        """Give all values, the chosen first."""
        return (*self.chosen, *self.others)


@dataclass(frozen=True, slots=True)
class NameView:
    """One name in one language, with the statements that give it."""

    text: Shown
    language: str
    properties: Sequence[Shown]
    anchors: Sequence[str]
    origins: Sequence[OriginView]


@dataclass(frozen=True, slots=True)
class ThingView:
    """A thing told inside a page: heading, kinds, amount if it is one; what is said of it, what follows by rule."""

    iri: str
    heading: Shown | None
    kinds: Sequence[StatementView]
    properties: Sequence[PropertyView]
    names: Sequence[NameView] = ()
    amount: str = ""
    bounds: tuple[str, str] | None = None
    inferred: Sequence[PropertyView] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of an entity page; its title is the message ``section.<key>``; ``repeated`` is told elsewhere."""

    key: str
    properties: Sequence[PropertyView] = ()
    repeated: Sequence[PropertyView] = ()


@dataclass(frozen=True, slots=True)
class FactView:
    """One line of the facts at a glance: values, why they are said, and what other sources say instead."""

    label: Shown
    values: Sequence[Shown]
    origins: Sequence[OriginView] = ()
    others: Sequence[Shown] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner in the table of partners."""

    organisation: Shown
    country: Shown | None
    role: Shown | None
    order: str
    amount: str
    origins: Sequence[OriginView]
    helices: Sequence[Shown] = ()


@dataclass(frozen=True, slots=True)
class DisagreementView:
    """A question to which the sources give several answers; the first is the one the pages prefer."""

    label: Shown
    answers: Sequence[StatementView]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of the page: its number in the badges, its name, how many statements it gives."""

    number: int
    source: Shown
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IncomingView:
    """The things that refer to this one by one property: how many, some of them, whether the page names them all."""

    property: Shown
    count: int
    things: Sequence[Shown]
    more: str = ""
    told: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """Where we are in a long list, and the addresses before and after."""

    page: int
    pages: int
    total: int
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way from the home page; the last has no address."""

    text: Shown
    href: str = ""


@dataclass(frozen=True, slots=True)
class FormatLink:
    """One other representation of a page."""

    name: str
    href: str
    media_type: str


@dataclass(frozen=True, slots=True)
class EditorView:
    """The form that asks a query: its text and method, what goes with it unseen, the formats of which one is chosen."""

    query: str
    method: str
    hidden: Sequence[tuple[str, str]]
    tables: Sequence[FormatLink]
    graphs: Sequence[FormatLink]
    chosen: str = ""

    @property
    def rows(self) -> int:
        """Give how many lines of text it shows."""
        return min(max(self.query.count("\n") + 2, _LEAST_ROWS), _MOST_ROWS) if self.query else _EMPTY_ROWS


@dataclass(frozen=True, slots=True)
class ProgramView:
    """A query as a program asks it; its name, curl or that of a language, is the same in all languages."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a query in three parts, the middle one marked; no longer than a page shows."""

    number: int
    before: str
    marked: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class FaultView:
    """Where reading a query stopped, counted from 1, and the lines around it; ``hint`` is a message that says why."""

    line: int
    column: int
    lines: Sequence[MarkedLine] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LimitView:
    """A limit that was reached: its value with its unit, and when to come again, both in words.

    What happened and what to do are the messages ``<key>.text`` and ``<key>.remedy``.
    """

    key: str
    name: str
    value: str
    wait: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What a source says in one place: lines, and the statements read from them."""

    lines: str
    statements: Sequence[SourceStatement]


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """One statement of a source with its subject."""

    anchor: str
    row: str
    subject: Shown
    property: Shown
    value: Shown
    origin: OriginView


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind of thing and how many the registry knows; its name is the message ``kind.<key>``."""

    key: str
    href: str
    count: int


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance for one group of readers; its texts are ``door.<key>.title`` and ``.text``."""

    key: str
    href: str


@dataclass(frozen=True, slots=True)
class ListRow:
    """One thing in a list, with the few facts that tell it from others."""

    thing: Shown
    kind: str
    facts: Sequence[Shown] = ()
    note: Shown | None = None
    snippet: SnippetView | None = None


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term of the ontology in the documentation: its name, definition, use, and what stands below it."""

    term: Shown
    definition: Shown | None
    uses: str
    children: Sequence[TermRow] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class TermGroup:
    """A part of the ontology page; its title is the message ``ontology.<key>``."""

    key: str
    rows: Sequence[TermRow]


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A query to start from."""

    title: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class AnalysisItem:
    """One analysis in the list of all."""

    href: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One parameter of an analysis: what was given, and the things it names (one, unless it takes several)."""

    name: str
    title: str
    value: str
    example: str
    required: bool
    several: bool
    chosen: Sequence[Shown]
    #: It has a value by default, which stands in the field: no example is needed.
    preset: bool
    #: Of a weight, the end of its slider; blank of what is none.
    most: str = ""


@dataclass(frozen=True, slots=True)
class AnalysisRow:
    """One row of an analysis: any number of things in each cell; how many statements it rests on, and their page."""

    cells: Sequence[Sequence[Shown]]
    evidence: int
    href: str


@dataclass(frozen=True, slots=True)
class AnalysisTable:
    """One table of an analysis, with the kinds of its columns and its address as CSV."""

    id: str
    title: str
    columns: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[AnalysisRow]
    csv: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A statement, and for each place it comes from the status and the source or rule."""

    subject: Shown
    predicate: Shown
    object: Shown
    origins: Sequence[tuple[str, Shown]]
