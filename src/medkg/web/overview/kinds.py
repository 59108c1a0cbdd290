"""Which overview each kind of thing has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medkg.namespaces import MK
from medkg.web.components import PartnerRow
from medkg.web.compose import Composer
from medkg.web.describe import Story, describe
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.incoming import Tallies, page_of_things
from medkg.web.lexical import iri_of
from medkg.web.links import kind_of, page_path
from medkg.web.overview.asked import Listing, chain, list_of, lists, related, years
from medkg.web.overview.told import contact, indicators, moments, money, stated_values
from medkg.web.overview.views import GroupView, ListView, MomentRow, Overview

_PROGRAMME: Final = ("underProgramme", "underPriority", "underThematicObjective", "underCall", "supportedByInstrument")
_PLACED: Final = ("country", "locatedIn")
_FEWEST_MOMENTS: Final = 2
#: Stated values of an indicator that its page tells; what refers to it leads to all.
_MOST_VALUES: Final = 50
#: Kind → its lists, the most telling first.
LISTINGS: Final[Mapping[str, tuple[Listing, ...]]] = {
    "programme": (
        Listing("projects", "project", _PROGRAMME, "involvesCountry"),
        Listing("subdivisions", "programme", ("partOfProgramme", "refines")),
        Listing("calls", "programme", ("callOf",)),
        Listing("financed", "programme", ("financedBy",)),
    ),
    "place": (
        Listing("structures", "structure", _PLACED, "worksOnValueChain"),
        Listing("organisations", "actor", _PLACED, "inHelix"),
        Listing("projects", "project", ("involvesCountry", "coversArea"), "underProgramme"),
        Listing("places", "place", ("locatedIn", "country")),
    ),
    "valuechain": (
        Listing("structures", "structure", ("worksOnValueChain",), "country"),
        Listing("projects", "project", ("targetsValueChain",), "underProgramme"),
    ),
    "theme": (
        Listing("projects", "project", ("hasTheme",), "underProgramme"),
        Listing("structures", "structure", ("hasTheme",), "country"),
    ),
    "sector": (
        Listing("structures", "structure", ("inSector",), "country"),
        Listing("projects", "project", ("inSector",), "underProgramme"),
    ),
    "structure": (
        Listing("members", "actor", ("memberOf",), "inHelix"),
        Listing("member-structures", "structure", ("memberOf",), "country"),
    ),
    "indicator": (Listing("projects", "project", ("hasIndicator",), "underProgramme"),),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What an overview is made of."""

    view: GenerationView
    display: Display
    composer: Composer
    story: Story
    tallies: Tallies
    partners: Sequence[PartnerRow]

    @property
    def iri(self) -> str:
        """Give what the overview is of."""
        return self.story.thing.iri

    def lists(self) -> tuple[ListView, ...]:
        """Give the lists of the thing's kind."""
        return lists(self.view, self.display, self.iri, self.tallies, LISTINGS.get(kind_of(self.iri), ()))


def overview_of(found: Found) -> Overview:
    """Give the overview of a thing."""
    return _MAKERS.get(kind_of(found.iri), _general)(found)


def _project(found: Found) -> Overview:
    countries = Counter(row.country for row in found.partners if row.country)
    helices = Counter(helix for row in found.partners for helix in row.helices)
    return Overview(
        template="kinds/project.html",
        helices=_groups(helices),
        countries=_groups(countries),
        money=money(found.composer, found.story),
        indicators=indicators(found.composer, found.story),
        moments=_moments(found),
        chain=chain(found.view, found.display, found.iri),
        related=related(found.view, found.display, found.iri),
        contact=contact(found.composer, found.story),
    )


def _programme(found: Found) -> Overview:
    return Overview(
        template="kinds/programme.html",
        lists=found.lists(),
        money=money(found.composer, found.story),
        indicators=indicators(found.composer, found.story),
        years=years(found.view, found.display, found.iri, found.tallies, _PROGRAMME),
        moments=_moments(found),
        contact=contact(found.composer, found.story),
    )


def _actor(found: Found) -> Overview:
    return Overview(
        template="kinds/actor.html",
        lists=(*_projects(found), *found.lists()),
        related=related(found.view, found.display, found.iri),
        contact=contact(found.composer, found.story),
    )


def _structure(found: Found) -> Overview:
    return Overview(
        template="kinds/structure.html",
        lists=(*found.lists(), *_projects(found)),
        moments=_moments(found),
        related=related(found.view, found.display, found.iri),
        contact=contact(found.composer, found.story),
    )


def _indicator(found: Found) -> Overview:
    """Give what is stated of an indicator: as many values as one page of what refers to it."""
    wanted = min(found.tallies.most("target", ("forIndicator",)), _MOST_VALUES)
    targets = page_of_things(found.view, found.iri, MK + "forIndicator", wanted, 0, "target") if wanted else ()
    things = describe(found.view, [iri for target in targets if (iri := iri_of(target))]) if targets else {}
    return Overview(
        template="kinds/indicator.html",
        lists=found.lists(),
        indicators=stated_values(found.composer, things.values()),
    )


def _listed(template: str) -> Callable[[Found], Overview]:
    return lambda found: Overview(template=template, lists=found.lists())


def _general(found: Found) -> Overview:
    return Overview(template="kinds/general.html", contact=contact(found.composer, found.story))


def _projects(found: Found) -> tuple[ListView, ...]:
    """Give the projects a thing takes part in: what its own statements say."""
    thing = found.story.thing
    iris = sorted({*thing.iris(MK + "partnerIn"), *thing.iris(MK + "participatesIn")}, key=found.display.name_of)
    more = f"{page_path(found.iri)}?section=partners"
    return (list_of(found.view, found.display, "projects", iris, more),) if iris else ()


def _moments(found: Found) -> tuple[MomentRow, ...]:
    """Give what is dated; one date alone is a fact, no timeline."""
    rows = moments(found.composer, found.story)
    return rows if len(rows) >= _FEWEST_MOMENTS else ()


def _groups(counts: Counter[Shown]) -> tuple[GroupView, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].text))
    return tuple(GroupView(label, count) for label, count in ordered)


_MAKERS: Final[Mapping[str, Callable[[Found], Overview]]] = {
    "project": _project,
    "programme": _programme,
    "actor": _actor,
    "structure": _structure,
    "place": _listed("kinds/place.html"),
    "valuechain": _listed("kinds/topic.html"),
    "theme": _listed("kinds/topic.html"),
    "sector": _listed("kinds/topic.html"),
    "source": _listed("kinds/source.html"),
    "indicator": _indicator,
}
