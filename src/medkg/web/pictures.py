"""Pictures in pages: what is asked of one, its drawing in the reader's words, and the tables that say the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import pyoxigraph as ox
from babel import numbers
from markupsafe import Markup

from medkg.analysis.report import Report, Value
from medkg.analysis.running import analyse
from medkg.errors import BadParameter
from medkg.pictures.definition import Choice, Definition, definitions
from medkg.pictures.drawing import draw
from medkg.pictures.inks import dark, light
from medkg.pictures.scene import Scene
from medkg.pictures.svg import inline, standalone
from medkg.web.analyses import AnalysisPages, Unclear, words_of
from medkg.web.components import AnalysisItem, Crumb, ListRow
from medkg.web.contexts import PicturePage
from medkg.web.display import Display, Shown
from medkg.web.generation import GenerationView
from medkg.web.labels import direction
from medkg.web.picture_views import PictureChoice, PictureOption, PictureView, PreviewView

#: Reports and scenes kept for a generation; those not used for longest go first.
MOST_KEPT: Final = 96
#: From this width on a picture is not shrunk to a telephone's, but scrolled.
_WIDE: Final = 500
_DIGITS: Final = 2
Asked = Mapping[str, str]
Made = TypeVar("Made")


class _Kept:
    """What was made for one generation, the last used last."""

    def __init__(self) -> None:
        self._made: OrderedDict[object, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, make: Callable[[], Made]) -> Made:
        """Give what was made under a key, made now where it was not; two threads may make the same."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return cast(Made, self._made[key])
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > MOST_KEPT:
                self._made.popitem(last=False)
        return made


_KEPT: Final[WeakKeyDictionary[GenerationView, _Kept]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class PageWording:
    """The wording of one picture in a reader's language."""

    definition: Definition
    display: Display

    @property
    def language(self) -> str:
        """The language of the page."""
        return self.display.language

    @property
    def direction(self) -> str:
        """The direction of that language."""
        return direction(self.display.language)

    def text(self, value: Value) -> str:
        """Give the value of a cell as a text."""
        return words_of(self.definition.analysis, self.display).text(value)

    def address(self, thing: ox.NamedNode) -> str:
        """Give where a thing has its page."""
        return self.display.thing(thing.value).href

    def number(self, value: int | Decimal) -> str:
        """Give a number as the language writes it."""
        return str(numbers.format_decimal(value, locale=self.display.locale))

    def share(self, value: Decimal) -> str:
        """Give a share in per cent."""
        return str(numbers.format_percent(value, locale=self.display.locale, decimal_quantization=False))

    def money(self, amount: Decimal, currency: str) -> str:
        """Give an amount in few characters."""
        return str(
            numbers.format_compact_currency(amount, currency, locale=self.display.locale, fraction_digits=_DIGITS)
        )

    def word(self, key: str, **values: str) -> str:
        """Give a word of the picture's definition."""
        return self.definition.word(key, self.display.language, **values)


class Pictures:
    """The pictures of one generation in one language."""

    def __init__(self, generation: GenerationView, display: Display) -> None:
        self.generation = generation
        self.display = display
        self._kept = _KEPT.setdefault(generation, _Kept())

    def scene(self, definition: Definition, asked: Asked) -> Scene:
        """Give a picture.

        Raises:
            BadParameter: a value cannot be used, or a required one is missing.
        """
        key = ("scene", definition.id, self.display.order, *sorted(asked.items()))
        return self._kept.get(key, lambda: self._drawn(definition, asked))

    def view(self, definition: Definition, asked: Asked) -> PictureView:
        """Give a picture for the middle of a page."""
        scene = self.scene(definition, asked)
        svg = Markup(inline(scene, f"picture-{definition.id}"))  # noqa: S704 - ElementTree has escaped every text
        wide = scene.width > _WIDE
        href, file = address(definition, asked), file_of(definition, asked, self.display.order)
        return PictureView(definition.id, scene.title, svg, href, file, wide, scene.left_out)

    def preview(self, definition: Definition) -> PreviewView:
        """Give a picture for the overview: as files, so that the overview stays light."""
        language, asked = self.display.language, definition.example
        lit, unlit = (
            file_of(definition, {**asked, "ground": ground}, self.display.order) for ground in ("light", "dark")
        )
        title, reading = definition.title[language], definition.reading[language]
        return PreviewView(title, reading, address(definition, asked), lit, unlit)

    def page(self, definition: Definition, asked: Asked, notes: bool = True) -> PicturePage:
        """Give the page of a picture."""
        report, pages = self._report(definition, asked), self._pages(definition)
        given = definition.given(asked)
        key = ("tables", definition.id, self.display.order, *sorted(given.items()))
        tables = self._kept.get(key, lambda: pages.tables(given, report, definition.tables))
        analysis = definition.analysis
        titled = AnalysisItem(f"/analyses/{analysis.id}?{urlencode(given)}", analysis.title[self.display.language], "")
        frame = self._frame(definition, asked)
        json = f"/api/analyses/{analysis.id}?{urlencode(given)}"
        return PicturePage(
            **frame,
            picture=self.view(definition, asked),
            notes=pages.notes(report) if notes else (),
            tables=tables,
            json=json,
            analysis=titled,
        )

    def form(
        self, definition: Definition, asked: Asked, meant: Sequence[ListRow] = (), unclear: Unclear | None = None
    ) -> PicturePage:
        """Give the page that asks what the picture is to be about."""
        rows = tuple(
            (row, address(definition, unclear.cleared(asked, row.thing.title))) for row in meant if unclear is not None
        )
        return PicturePage(**self._frame(definition, asked), meant=rows)

    def _frame(self, definition: Definition, asked: Asked) -> dict[str, Any]:
        language = self.display.language
        title = definition.title[language]
        shown = {choice.name for choice in definition.choices}
        return {
            "crumbs": (Crumb(Shown("pictures.title"), "/pictures"), Crumb(Shown(title, title=definition.id))),
            "name": definition.id,
            "title": title,
            "reading": definition.reading[language],
            "choices": tuple(self._choice(definition, choice, asked) for choice in definition.choices),
            "fields": self._pages(definition).fields(asked, definition.parameters),
            "hidden": tuple((name, value) for name, value in asked.items() if name in shown),
        }

    def _choice(self, definition: Definition, choice: Choice, asked: Asked) -> PictureChoice:
        language, now = self.display.language, asked.get(choice.name, choice.default)
        options = tuple(
            PictureOption(texts[language], address(definition, {**asked, choice.name: value}), value == now)
            for value, texts in choice.values.items()
        )
        return PictureChoice(choice.name, choice.title[language], options)

    def _pages(self, definition: Definition) -> AnalysisPages:
        return AnalysisPages(definition.analysis, self.generation, self.display)

    def _report(self, definition: Definition, asked: Asked) -> Report:
        given = definition.given(asked)
        key = ("report", definition.analysis.id, *sorted(given.items()))
        return self._kept.get(key, lambda: analyse(self.generation, definition.analysis.id, given))

    def _drawn(self, definition: Definition, asked: Asked) -> Scene:
        report = self._report(definition, asked)
        things = self._pages(definition).fields(asked, definition.parameters)
        about = ", ".join(thing.text for field in things for thing in field.chosen)
        return draw(definition, report, PageWording(definition, self.display), definition.options(asked), about)


def checked(definition: Definition, asked: Asked) -> Asked:
    """Let choices pass that a picture has.

    Raises:
        BadParameter: one has a value that cannot be chosen.
    """
    for choice in definition.choices:
        if asked.get(choice.name, choice.default) not in choice.values:
            remedy = f"There are: {', '.join(choice.values)}."
            raise BadParameter(f"{asked[choice.name]!r} cannot be chosen", subject=choice.name, remedy=remedy)
    return asked


def shown_with(analysis: str, given: Asked) -> Iterator[tuple[Definition, Asked]]:
    """Give the pictures that stand above the tables of an analysis, with what is asked of them there.

    One that cannot be chosen so, with another number of bodies than it offers, is left out.
    """
    for definition in definitions().values():
        if analysis not in definition.shown_with:
            continue
        choices = {choice.name: choice for choice in definition.choices if choice.asked}
        asked = {name: given[name] for name in (*definition.parameters, *choices) if given.get(name)}
        if all(asked.get(name, choice.default) in choice.values for name, choice in choices.items()):
            yield definition, asked


def address(definition: Definition, asked: Asked) -> str:
    """Give the address of the page of a picture."""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/pictures/{definition.id}{'?' if query else ''}{query}"


def file_of(definition: Definition, asked: Asked, languages: Sequence[str]) -> str:
    """Give the address of a picture as a file, with its languages, for a file is sent on."""
    query = urlencode({**{name: value for name, value in asked.items() if value}, "lang": ",".join(languages)})
    return f"/pictures/{definition.id}.svg?{query}"


def as_file(scene: Scene, ground: str, credit: str) -> bytes:
    """Give a picture as a file on a light or a dark ground; ``credit`` says where it is from."""
    return standalone(scene, dark if ground == "dark" else light, credit).encode()
