"""What every template may use besides its own context: the page language, the other languages, the generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, request

from medkg import __version__
from medkg.endpoint.languages import base_of
from medkg.endpoint.pages import note_in
from medkg.settings import LANGUAGES
from medkg.web.bundle import bundle
from medkg.web.caching import code_tag
from medkg.web.editor import fits_address
from medkg.web.footnotes import footnotes, note_name
from medkg.web.glossary import word_of, words_used
from medkg.web.guide import EXPLAINED
from medkg.web.i18n import NATIVE_NAMES, languages
from medkg.web.i18n.catalogues import format_date, format_decimal, gettext, ngettext
from medkg.web.labels import direction
from medkg.web.links import encoded_path, page_path
from medkg.web.rendering import language
from medkg.web.services import generation, services

#: Arguments that make another page of an address; an address with any others is the page without them.
_OWN_PAGE: Final = ("by", "kind", "section", "page")


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One language of the switcher."""

    code: str
    name: str
    direction: str
    href: str
    chosen: bool
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class NameOrder:
    """In which languages names are sought: those asked for, those that come after, each with the way to ask for it."""

    asked: tuple[LanguageChoice, ...]
    after: tuple[LanguageChoice, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What the frame of every page shows; ``base`` is what addresses begin with that keep its languages."""

    language: str
    direction: str
    languages: tuple[LanguageChoice, ...]
    order: NameOrder
    base: str
    generation: int
    created: str
    version: str
    tag: str
    path: str
    search_text: str
    canonical: str
    default: str
    public: bool


def register(app: Flask) -> None:
    """Give the templates of an application these globals."""
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, path_of=page_path, bundle=bundle)
    app.jinja_env.globals.update(note_name=note_name, footnotes=footnotes, word_of=word_of, words_used=words_used)
    app.jinja_env.globals["explained_by"] = EXPLAINED.get
    app.jinja_env.filters["number"] = format_decimal
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    view = generation()
    now = language()
    told = languages()
    return {
        "site": Site(
            language=now,
            direction=direction(now),
            languages=tuple(_choice((code,), now) for code in LANGUAGES),
            order=_order(told.order),
            base=told.base,
            generation=view.number,
            created=_day(view.manifest.created),
            version=__version__,
            tag=code_tag(),
            path=encoded_path(request.path),
            canonical=_canonical(told.page if told.told else ""),
            default=_canonical(""),
            public=bool(services().settings.public_url),
            search_text=request.args.get("q", "") if request.path == "/search" else "",
        )
    }


def _choice(order: Sequence[str], chosen: str = "") -> LanguageChoice:
    """Give the way to this page in some languages; it is named after the last of them."""
    code, arguments = order[-1], [(name, value) for name, value in _asked() if name != "lang"]
    path = base_of(order) + encoded_path(request.path)
    href = f"{path}?{urlencode(arguments)}" if arguments else path
    return LanguageChoice(code, NATIVE_NAMES[code], direction(code), href, code == chosen, _canonical(code))


def _canonical(code: str) -> str:
    """Give the one address of this page in a language, or in the one its reader prefers: absolute where that is known.

    It is the page's address, not the IRI of what the page is about: that one leads on (303), and names no page.
    """
    arguments = urlencode([(name, value) for name in _OWN_PAGE for value in request.args.getlist(name)[:1]])
    path = (base_of((code,)) if code else "") + encoded_path(request.path)
    return f"{services().settings.public_url.rstrip('/')}{path}{'?' if arguments else ''}{arguments}"


def _order(asked: tuple[str, ...]) -> NameOrder:
    rest = (code for code in LANGUAGES if code not in asked)
    return NameOrder(
        tuple(_choice(asked[:number]) for number in range(1, len(asked) + 1)),
        tuple(_choice((*asked, code)) for code in rest),
    )


def _asked() -> Sequence[tuple[str, str]]:
    """Give the arguments of the request; those of a form, too, as far as an address can hold its query."""
    note = note_in(request.environ)
    if note is not None and fits_address(note.query):
        return note.arguments
    return tuple(request.args.items(multi=True))


def _day(text: str) -> str:
    try:
        return str(format_date(datetime.fromisoformat(text).date(), "long"))
    except ValueError:
        return text
