"""The page of one thing, put together: sections, partners, disagreements, gaps, sources, what refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import medkg.web.components as parts
import medkg.web.contexts as view
from medkg.namespaces import GRAPH, MK, RDF
from medkg.web.analyses import analyses_of
from medkg.web.citing import Cited, citation
from medkg.web.comparisons import Standing, disagreements, participations, partners
from medkg.web.compose import Composer, source_counts
from medkg.web.describe import Story, tell
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.heads import Citation, HeadView, Sentence
from medkg.web.i18n.catalogues import read_translations
from medkg.web.incoming import Tallies, incoming_views, referring, tallies_of
from medkg.web.lexical import iri_of
from medkg.web.links import LISTED_KINDS, kind_of, page_path
from medkg.web.negotiation import DATA_SUFFIXES, media_type
from medkg.web.overview.kinds import Found, overview_of
from medkg.web.paging import Paging
from medkg.web.reading_order import AT_A_GLANCE
from medkg.web.repetition import repeated, told_things
from medkg.web.sections import GAPS_KEY, NAMES_KEY, REMAINDER_KEY, Sections
from medkg.web.sentences import Known, chosen, sentence_of
from medkg.web.sources import founding_documents, remainder
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
        standing = self._standing(story)
        rows = partners(composer, story, standing)
        sentence = sentence_of(self._known(story, tallies, standing.countries), self.display)
        sections = Sections(story, repeated(story))
        apart = (REMAINDER_KEY,) if founding_documents(self.generation, story) else ()
        return view.EntityPage(
            iri=thing.iri,
            kind=kind_of(thing.iri),
            title=self.display.thing(thing.iri),
            crumbs=self.crumbs(thing.iri),
            kinds=_kinds(self.display, thing),
            sentence=sentence,
            head=self._head(story, sentence),
            citation=self._citation(thing.iri),
            facts=_facts(composer, thing),
            overview=overview_of(Found(self.generation, self.display, composer, story, tallies, rows)),
            names=composer.names(thing) if NAMES_KEY in sections.here else (),
            sections=sections.views(composer, sections.here),
            elsewhere=sections.elsewhere(apart),
            partners=rows,
            gaps=self._gaps(composer, story) if GAPS_KEY in sections.here else (),
            disagreements=disagreements(composer, story, self.generation.single_valued),
            sources=self._sources(composer, story),
            incoming=incoming,
            incoming_total=sum(item.count for item in incoming),
            formats=format_links(thing.iri),
            analyses=analyses_of(thing.iri, kind_of(thing.iri), self.display.language),
            statements=sum(len(item.statements()) for item in story.things()),
            usage=self.generation.usage.get(thing.iri, 0) if kind_of(thing.iri) == "term" else None,
        )

    def section_page(self, iri: str, key: str, number: int, size: int) -> view.SectionPage | None:
        """Give one section of what is said about a thing, whole; None where it holds nothing."""
        story = tell(self.generation, iri)
        sections = Sections(story, repeated(story))
        apart = key == REMAINDER_KEY and founding_documents(self.generation, story)
        if key not in sections.sizes and not apart:
            return None
        composer = Composer(story, self.display, self.generation.single_valued)
        path, title = page_path(iri) or "/", self.display.thing(iri)
        paging = Paging(number, size, path, {"section": key})
        lines, pager = remainder(self.generation, self.display, story, paging) if apart else ((), None)
        return view.SectionPage(
            key=key,
            title=title,
            crumbs=(*self.crumbs(iri)[:-1], parts.Crumb(title, path), parts.Crumb(Shown(f"section.{key}"))),
            names=composer.names(story.thing) if key == NAMES_KEY else (),
            section=next(iter(sections.views(composer, (key,))), None),
            gaps=self._gaps(composer, story) if key == GAPS_KEY else (),
            remainder=lines,
            pager=pager,
        )

    def _gaps(self, composer: Composer, story: Story) -> tuple[parts.ThingView, ...]:
        return tuple(composer.thing(story.parts[gap]) for gap in story.gaps)

    def crumbs(self, iri: str) -> tuple[parts.Crumb, ...]:
        """Give the way from the home page: the list of the kind, then the thing."""
        kind = kind_of(iri)
        here = parts.Crumb(self.display.thing(iri))
        if kind in LISTED_KINDS:
            return parts.Crumb(Shown(f"kind.{kind}"), f"/browse/{kind}"), here
        if kind in {"term", "concept", "scheme"}:
            return parts.Crumb(Shown("ontology.title"), "/ontology"), here
        return (here,)

    def incoming_page(self, iri: str, predicate: str, kind: str, number: int, size: int) -> view.IncomingPage:
        """Give all things, or those of a kind, that refer to a thing by one property, one page of them."""
        path = page_path(iri) or "/"
        paging = Paging(number, size, path, {"by": predicate, "kind": kind})
        things, pager = referring(self.generation, self.display, iri, predicate, kind, paging)
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

    def _head(self, story: Story, sentence: Sentence) -> HeadView:
        path, public = page_path(story.thing.iri), self.public_url
        description = plain(sentence.text)
        address = f"{public}{path}" if public and path else ""
        data = structured(story, self.display, description, address)
        return HeadView(plain(self.display.thing(story.thing.iri).text), description, data)

    def _citation(self, iri: str) -> Citation:
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

    def _standing(self, story: Story) -> Standing:
        """Give where the partners of a project are, and to which helices they belong."""
        actors = sorted({str(getattr(item.value, "value", "")) for _, item in participations(story)})
        countries: dict[str, str] = {}
        helices: dict[str, list[str]] = {}
        for row in self.generation.rows_for_many("summaries", "entity", actors) if actors else ():
            actor, value = row["entity"].value, iri_of(row["value"])
            if value and row["property"].value == MK + "country":
                countries[actor] = value
            elif value and row["property"].value == MK + "inHelix":
                helices.setdefault(actor, []).append(value)
        return Standing(countries, helices)

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


def _facts(composer: Composer, thing: Thing) -> tuple[parts.FactView, ...]:
    facts = (_fact(composer, thing, predicate) for predicate in AT_A_GLANCE)
    return tuple(fact for fact in facts if fact is not None)


def _fact(composer: Composer, thing: Thing, predicate: str) -> parts.FactView | None:
    """Give a fact with why it is said: where its first value comes from, and what other sources say instead."""
    statements, display = thing.properties.get(predicate, ()), composer.display
    chosen = [item for item in statements if item.preferred] or list(statements)
    if not 0 < len(chosen) <= _LONGEST_FACT:
        return None
    others = [item for item in statements if item not in chosen][:_LONGEST_FACT]
    origins = tuple(map(composer.origin, chosen[0].origins))
    return parts.FactView(
        label=display.thing(predicate),
        values=tuple(display.value(predicate, item.value) for item in chosen),
        origins=origins,
        others=tuple(display.value(predicate, item.value) for item in others),
        anchor=chosen[0].anchor,
    )
