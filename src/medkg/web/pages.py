"""The page of one thing, put together: sections, partners, disagreements, gaps, sources, what refers to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import medkg.web.components as parts
import medkg.web.contexts as view
from medkg.namespaces import GRAPH, MK, RDF
from medkg.web.analyses import analyses_of
from medkg.web.citing import Cited, citation
from medkg.web.comparisons import disagreements, participations, partners
from medkg.web.compose import Composer, source_counts
from medkg.web.describe import Story, tell
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.i18n.catalogues import read_translations
from medkg.web.incoming import Tallies, incoming_views, referring, tallies_of
from medkg.web.lexical import iri_of
from medkg.web.links import LISTED_KINDS, kind_of, page_path
from medkg.web.negotiation import DATA_SUFFIXES, media_type
from medkg.web.paging import Paging
from medkg.web.reading_order import AT_A_GLANCE, NAMES, SECTIONS, section_of
from medkg.web.repetition import repeated, told_things
from medkg.web.sentences import Known, chosen, sentence_of
from medkg.web.sources import remainder
from medkg.web.statements import Status, Thing
from medkg.web.structured import structured
from medkg.web.wording import plain

#: A property with more values than this is no fact at a glance.
_LONGEST_FACT: Final = 12


class EntityPages:
    """Makes entity pages for one generation in one language."""

    def __init__(self, generation: GenerationView, display: Display, public_url: str = "") -> None:
        """Take the generation, the display of the reader, and the address visitors see where it is known."""
        self.generation = generation
        self.display = display
        self.public_url = public_url.rstrip("/")

    def page(self, iri: str) -> view.EntityPage | None:
        """Give the page of a thing, or None where nothing is said about it."""
        story = tell(self.generation, iri)
        return self.of_story(story) if story.thing.properties else None

    def of_story(self, story: Story) -> view.EntityPage:
        """Give the page of a story."""
        thing = story.thing
        composer = Composer(story, self.display, self.generation.single_valued)
        tallies = tallies_of(self.generation, thing.iri)
        incoming = incoming_views(self.generation, self.display, thing.iri, tallies, told_things(story))
        countries = self._countries(story)
        sentence = sentence_of(self._known(story, tallies, countries), self.display)
        return view.EntityPage(
            iri=thing.iri,
            kind=kind_of(thing.iri),
            title=self.display.thing(thing.iri),
            crumbs=self.crumbs(thing.iri),
            kinds=_kinds(self.display, thing),
            sentence=sentence,
            head=self._head(story, sentence),
            citation=self._citation(thing.iri),
            facts=_facts(self.display, thing),
            names=composer.names(thing),
            sections=_sections(composer, thing, repeated(story)),
            partners=partners(composer, story, countries),
            gaps=tuple(composer.thing(story.parts[gap]) for gap in story.gaps),
            disagreements=disagreements(composer, story, self.generation.single_valued),
            remainder=remainder(self.generation, self.display, story),
            sources=self._sources(composer, story),
            incoming=incoming,
            incoming_total=sum(item.count for item in incoming),
            formats=format_links(thing.iri),
            analyses=analyses_of(thing.iri, kind_of(thing.iri), self.display.language),
            statements=sum(len(item.statements()) for item in story.things()),
            usage=self.generation.usage.get(thing.iri, 0) if kind_of(thing.iri) == "term" else None,
        )

    def crumbs(self, iri: str) -> tuple[parts.Crumb, ...]:
        """Give the way from the home page: the list of the kind, then the thing."""
        kind = kind_of(iri)
        here = parts.Crumb(self.display.thing(iri))
        if kind in LISTED_KINDS:
            return parts.Crumb(Shown(f"kind.{kind}"), f"/browse/{kind}"), here
        if kind in {"term", "concept", "scheme"}:
            return parts.Crumb(Shown("ontology.title"), "/ontology"), here
        return (here,)

    def incoming_page(self, iri: str, predicate: str, number: int, size: int) -> view.IncomingPage:
        """Give all things that refer to a thing by one property, one page of them."""
        path = page_path(iri) or "/"
        paging = Paging(number, size, path, {"by": predicate})
        things, pager = referring(self.generation, self.display, iri, predicate, paging)
        title, by = self.display.thing(iri), self.display.thing(predicate)
        crumbs = (*self.crumbs(iri)[:-1], parts.Crumb(title, path), parts.Crumb(by))
        return view.IncomingPage(title, by, crumbs, things, pager)

    def _known(self, story: Story, tallies: Tallies, countries: Mapping[str, str]) -> Known:
        partners = {str(getattr(item.value, "value", "")) for _, item in participations(story)}
        partners |= set(story.thing.iris(MK + "hasPartner"))
        graphs = story.thing.iris(MK + "inGraph") if kind_of(story.thing.iri) == "source" else ()
        where = {countries[partner] for partner in partners if partner in countries}
        return Known(
            story=story,
            tallies=tallies,
            kinds=_kinds(self.display, story.thing),
            partners=len(partners),
            countries=len(where or chosen(story.thing, "involvesCountry")),
            statements=sum(self.generation.graph_sizes.get(graph, 0) for graph in graphs),
        )

    def _head(self, story: Story, sentence: parts.Sentence) -> parts.HeadView:
        path, public = page_path(story.thing.iri), self.public_url
        description = plain(sentence.text)
        address = f"{public}{path}" if public and path else ""
        data = structured(story, self.display, description, address)
        return parts.HeadView(plain(self.display.thing(story.thing.iri).text), description, data)

    def _citation(self, iri: str) -> parts.Citation:
        manifest, texts = self.generation.manifest, read_translations(self.display.language)
        cited = Cited(
            title=plain(self.display.thing(iri).text),
            iri=iri,
            registry=texts.gettext("site.name"),
            version=texts.gettext("cite.generation") % {"n": manifest.generation},
            generation=manifest.generation,
            created=manifest.created,
        )
        day = self.display.day(cited.day) if cited.day else cited.created
        words = {"title": cited.title, "registry": cited.registry, "generation": cited.version, "day": day, "iri": iri}
        return citation(cited, texts.gettext("cite.text") % words)

    def _countries(self, story: Story) -> Mapping[str, str]:
        """Give organisation → country for the partners of a project."""
        actors = sorted({str(getattr(item.value, "value", "")) for _, item in participations(story)})
        if not actors:
            return {}
        rows = self.generation.rows_for_many("summaries", "entity", actors)
        countries = (row for row in rows if row["property"].value == MK + "country")
        return {row["entity"].value: iri for row in countries if (iri := iri_of(row["value"]))}

    def _sources(self, composer: Composer, story: Story) -> tuple[parts.SourceView, ...]:
        counts = source_counts(story.things())
        return tuple(
            parts.SourceView(number, self.display.thing(source), counts.get(source, {}))
            for source, number in sorted(composer.sources.items(), key=lambda item: item[1])
            if source in counts or source.startswith(GRAPH)
        )


def format_links(iri: str) -> tuple[parts.FormatLink, ...]:
    """Give the links to the data of a thing in every format."""
    path = page_path(iri) or ""
    return tuple(parts.FormatLink(name, f"{path}.{name}", media_type(name)) for name in DATA_SUFFIXES)


def _kinds(display: Display, thing: Thing) -> tuple[Shown, ...]:
    """Give what a thing is: the kinds that are said of it, or those that rules give where none is said."""
    statements = thing.properties.get(RDF + "type", ())
    said = [item for item in statements if any(origin.status != Status.INFERRED for origin in item.origins)]
    kinds = tuple(display.term(item.value) for item in (said or statements)[:_LONGEST_FACT])
    return kinds if len(said or statements) <= _LONGEST_FACT else (*kinds, Shown("…"))


def _sections(composer: Composer, thing: Thing, again: frozenset[str]) -> tuple[parts.SectionView, ...]:
    grouped: dict[str, list[parts.PropertyView]] = {key: [] for key in SECTIONS}
    for item in composer.properties(thing, leave_out=NAMES):
        grouped[section_of(item.iri)].append(item)
    return tuple(_section(key, items, again) for key, items in grouped.items() if items)


def _section(key: str, items: Sequence[parts.PropertyView], again: frozenset[str]) -> parts.SectionView:
    first = tuple(item for item in items if item.iri not in again)
    return parts.SectionView(key, first, tuple(item for item in items if item.iri in again))


def _facts(display: Display, thing: Thing) -> tuple[parts.FactView, ...]:
    facts = []
    for predicate in AT_A_GLANCE:
        statements = thing.properties.get(predicate, ())
        chosen = [item for item in statements if item.preferred] or list(statements)
        if 0 < len(chosen) <= _LONGEST_FACT:
            values = tuple(display.value(predicate, item.value) for item in chosen)
            facts.append(parts.FactView(display.thing(predicate), values))
    return tuple(facts)
