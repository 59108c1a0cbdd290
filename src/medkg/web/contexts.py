"""What each template gets: one frozen class per page, made of components. A template sees nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from medkg.web.components import (
    AnalysisItem,
    AnalysisRow,
    AnalysisTable,
    Crumb,
    DisagreementView,
    Door,
    EditorView,
    EvidenceView,
    ExampleQuery,
    FactView,
    FaultView,
    FieldView,
    FormatLink,
    IncomingView,
    KindCount,
    LimitView,
    ListRow,
    NameView,
    OriginView,
    Pager,
    PartnerRow,
    ProgramView,
    SectionView,
    SourceLine,
    SourceView,
    TermGroup,
    TermRow,
    ThingView,
)
from medkg.web.display import Shown
from medkg.web.facet_views import ChoiceView, FacetView, IgnoredView, OrderView, WayOut
from medkg.web.guide_views import Pointer, Subject
from medkg.web.heads import Citation, ElsewhereView, HeadView, Sentence
from medkg.web.overview.views import Overview
from medkg.web.picture_views import PictureChoice, PictureView, PreviewView
from medkg.web.query_views import ParameterView, QueryGroup


@dataclass(frozen=True, slots=True)
class EntityPage:
    """The page of one entity, term, concept or scheme: everything that is said about it."""

    template: ClassVar = "entity.html"
    iri: str
    kind: str
    title: Shown
    crumbs: Sequence[Crumb]
    kinds: Sequence[Shown]
    sentence: Sentence
    head: HeadView
    citation: Citation
    facts: Sequence[FactView]
    overview: Overview
    names: Sequence[NameView]
    sections: Sequence[SectionView]
    elsewhere: Sequence[ElsewhereView]
    partners: Sequence[PartnerRow]
    gaps: Sequence[ThingView]
    disagreements: Sequence[DisagreementView]
    sources: Sequence[SourceView]
    incoming: Sequence[IncomingView]
    incoming_total: int
    formats: Sequence[FormatLink]
    statements: int
    analyses: Sequence[AnalysisItem]
    usage: int | None = None


@dataclass(frozen=True, slots=True)
class SectionPage:
    """One section of what is said about a thing, on a page of its own; its title is the message ``section.<key>``."""

    template: ClassVar = "section.html"
    key: str
    title: Shown
    crumbs: Sequence[Crumb]
    names: Sequence[NameView]
    section: SectionView | None
    gaps: Sequence[ThingView]
    remainder: Sequence[SourceLine]
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """All things that refer to one thing by one property, paged."""

    template: ClassVar = "incoming.html"
    title: Shown
    property: Shown
    crumbs: Sequence[Crumb]
    things: Sequence[Shown]
    pager: Pager


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source: what describes it, and what it says line by line, paged."""

    template: ClassVar = "source.html"
    entity: EntityPage
    lines: Sequence[SourceLine]
    pager: Pager


@dataclass(frozen=True, slots=True)
class GraphPage:
    """A named graph: its size, its data, what describes it."""

    template: ClassVar = "graph.html"
    entity: EntityPage
    size: int
    formats: Sequence[FormatLink]


@dataclass(frozen=True, slots=True)
class HomePage:
    """What this is, counts per kind, search, doors, the founding projects."""

    template: ClassVar = "home.html"
    kinds: Sequence[KindCount]
    doors: Sequence[Door]
    founding: Sequence[ListRow]
    statements: int
    sources: int
    map: PreviewView


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """The things of one kind, by name, paged."""

    template: ClassVar = "browse.html"
    kind: str
    crumbs: Sequence[Crumb]
    kinds: Sequence[KindCount]
    rows: Sequence[ListRow]
    pager: Pager
    formats: Sequence[FormatLink]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What a search found, paged, with the facets that narrow it, and ways out where nothing was found.

    ``hidden`` are the fields that the search form sends along; ``clear`` is the address without any choice.
    """

    template: ClassVar = "search.html"
    query: str
    facets: Sequence[FacetView]
    chosen: Sequence[tuple[str, ChoiceView]]
    orders: Sequence[OrderView]
    rows: Sequence[ListRow]
    pager: Pager
    ways_out: Sequence[WayOut]
    ignored: Sequence[IgnoredView]
    hidden: Sequence[tuple[str, str]]
    clear: str
    corrected: str
    formats: Sequence[FormatLink]


@dataclass(frozen=True, slots=True)
class OntologyPage:
    """The documentation of the ontology: classes as a tree, properties, schemes."""

    template: ClassVar = "ontology.html"
    crumbs: Sequence[Crumb]
    groups: Sequence[TermGroup]
    entity: EntityPage
    formats: Sequence[FormatLink]


@dataclass(frozen=True, slots=True)
class SchemePage:
    """A scheme: what describes it, and its concepts as a tree."""

    template: ClassVar = "scheme.html"
    entity: EntityPage
    concepts: Sequence[TermRow]


@dataclass(frozen=True, slots=True)
class EditorPage:
    """The SPARQL editor: a form that works by itself, and examples to start from.

    ``seconds`` and ``size`` are what a query without a token may take, with their units, in words; ``prefixes`` those
    that need no declaration; ``link`` is the short address of the query, where it was kept.
    """

    template: ClassVar = "sparql.html"
    crumbs: Sequence[Crumb]
    editor: EditorView
    examples: Sequence[ExampleQuery]
    seconds: str
    size: str
    prefixes: Mapping[str, str]
    snippets: Sequence[ProgramView]
    link: str = ""


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The answer to a SELECT or ASK as a reader sees it: ``verdict`` for ASK, else rows.

    ``total`` may exceed the rows; where the answer was not fetched ``whole``, there are more than ``total``. It took
    ``time``, in words. The formats are links, and names of buttons without an address where the query is too long for
    one.
    """

    template: ClassVar = "result.html"
    crumbs: Sequence[Crumb]
    editor: EditorView
    verdict: bool | None
    columns: Sequence[str]
    rows: Sequence[Sequence[Shown | None]]
    total: int
    whole: bool
    time: str
    formats: Sequence[FormatLink]
    snippets: Sequence[ProgramView]


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Something went wrong: what happened and what to do in the reader's language, then the words of the server.

    Its title is the message ``problem.<slug>``. A problem with a query has the editor with it, and the place of the
    ``fault`` where there is one; a limit that was reached says which.
    """

    template: ClassVar = "problem.html"
    status: int
    slug: str
    detail: str
    remedy: str
    crumbs: Sequence[Crumb] = ()
    fault: FaultView | None = None
    limit: LimitView | None = None
    editor: EditorView | None = None
    suggestion: str = ""
    choices: Sequence[FormatLink] = ()


@dataclass(frozen=True, slots=True)
class BareProblemPage:
    """The same where there is no generation, and so none of the frame that other pages have."""

    template: ClassVar = "bare_problem.html"
    language: str
    direction: str
    style: str
    status: int
    slug: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PartsPage:
    """Every component in both directions, on invented examples that say so."""

    template: ClassVar = "parts.html"
    directions: Sequence[str]
    things: Sequence[ThingView]
    names: Sequence[NameView]
    origins: Sequence[OriginView]
    pager: Pager
    rows: Sequence[ListRow]


@dataclass(frozen=True, slots=True)
class AnalysesPage:
    """The list of all analyses."""

    template: ClassVar = "analyses.html"
    crumbs: Sequence[Crumb]
    items: Sequence[AnalysisItem]


@dataclass(frozen=True, slots=True)
class AnalysisPage:
    """An analysis: its form, and what it found; ``choices`` are things that a given name may mean."""

    template: ClassVar = "analysis.html"
    crumbs: Sequence[Crumb]
    name: str
    title: str
    summary: str
    method: str
    fields: Sequence[FieldView]
    notes: Sequence[str]
    enough: bool
    tables: Sequence[AnalysisTable]
    choices: Sequence[tuple[ListRow, str]]
    formats: Sequence[FormatLink]
    pictures: Sequence[PictureView] = ()


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """The statements behind one row of an analysis."""

    template: ClassVar = "evidence.html"
    crumbs: Sequence[Crumb]
    columns: Sequence[str]
    row: AnalysisRow
    statements: Sequence[EvidenceView]


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """The overview of all pictures."""

    template: ClassVar = "pictures.html"
    crumbs: Sequence[Crumb]
    items: Sequence[PreviewView]


@dataclass(frozen=True, slots=True)
class PicturePage:
    """A picture with what can be chosen, how it is read, and the tables that say the same.

    ``meant`` are things that a given name may mean; there is no picture then, nor where a field is still to be filled.
    """

    template: ClassVar = "picture.html"
    crumbs: Sequence[Crumb]
    name: str
    title: str
    reading: str
    choices: Sequence[PictureChoice]
    fields: Sequence[FieldView]
    hidden: Sequence[tuple[str, str]]
    picture: PictureView | None = None
    notes: Sequence[str] = ()
    tables: Sequence[AnalysisTable] = ()
    json: str = ""
    analysis: AnalysisItem | None = None
    meant: Sequence[tuple[ListRow, str]] = ()


@dataclass(frozen=True, slots=True)
class QueriesPage:
    """All named queries, by folder."""

    template: ClassVar = "queries.html"
    crumbs: Sequence[Crumb]
    groups: Sequence[QueryGroup]


@dataclass(frozen=True, slots=True)
class QueryPage:
    """A named query: its form, its text with the values given, what programs call; words of the header are English."""

    template: ClassVar = "query.html"
    crumbs: Sequence[Crumb]
    name: str
    title: str
    summary: str
    description: str
    parameters: Sequence[ParameterView]
    formats: Sequence[FormatLink]
    call: str
    text: str
    snippets: Sequence[ProgramView]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What the words of the pages mean, and the marks beside statements; ``statuses`` are the words of these."""

    template: ClassVar = "help.html"
    crumbs: Sequence[Crumb]
    subjects: Sequence[Subject]
    statuses: Sequence[str]


@dataclass(frozen=True, slots=True)
class TourPage:
    """One screen of the tour: which of which, links to try, and the way on and back."""

    template: ClassVar = "tour.html"
    step: str
    number: int
    steps: Sequence[str]
    pointers: Sequence[Pointer]
    previous: str
    next: str
