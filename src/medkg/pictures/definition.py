"""The definitions of the pictures: one TOML file each, with the analysis they draw, their choices and their words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from medkg.analysis.definition import Definition as Analysis
from medkg.analysis.definition import Texts
from medkg.analysis.definition import definitions as analyses
from medkg.errors import Place, SourceError
from medkg.settings import LANGUAGES


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a reader chooses from a few values: a parameter of the analysis, or, not ``asked``, of the drawing."""

    name: str
    title: Texts
    values: Mapping[str, Texts]
    default: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """What is known of a picture: its analysis, the tables that say the same, what can be chosen, its words."""

    id: str
    title: Texts
    reading: Texts
    analysis: Analysis
    tables: tuple[str, ...]
    parameters: tuple[str, ...]
    choices: tuple[Choice, ...]
    words: Mapping[str, Texts]
    #: The analyses above whose tables it stands, too.
    shown_with: tuple[str, ...]
    #: Parameters with which it is shown where it has none: as a preview, and as an example.
    example: Mapping[str, str]

    def given(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Give the parameters of the analysis among what is asked; choices as they are by default where left out."""
        chosen = {choice.name: choice.default for choice in self.choices if choice.asked}
        names = {*self.parameters, *chosen}
        return {**chosen, **{name: text for name, text in asked.items() if name in names and text}}

    def options(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Give all choices: as asked, else as they are by default."""
        return {choice.name: asked.get(choice.name) or choice.default for choice in self.choices}

    def word(self, key: str, language: str, **values: str) -> str:
        """Give one of its words in a language."""
        return self.words[key][language].format(**values)


@cache
def definitions() -> Mapping[str, Definition]:
    """Give all definitions by their ids, in the order of the overview.

    Raises:
        SourceError: a file is not as it should be; names it and what is wrong.
    """
    found = (file for file in (files(__package__) / "definitions").iterdir() if file.name.endswith(".toml"))
    read = sorted((_read(file) for file in found), key=lambda pair: (pair[0], pair[1].id))
    return MappingProxyType({definition.id: definition for _, definition in read})


def _read(file: Traversable) -> tuple[int, Definition]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        analysis = analyses()[table["analysis"]]
        definition = Definition(
            id=file.name.removesuffix(".toml"),
            title=_texts(file, table["title"]),
            reading=_texts(file, table["reading"]),
            analysis=analysis,
            tables=tuple(table["tables"]),
            parameters=tuple(table.get("parameters", ())),
            choices=tuple(_choice(file, item) for item in table.get("choices", ())),
            words=MappingProxyType({key: _texts(file, texts) for key, texts in table.get("words", {}).items()}),
            shown_with=tuple(table.get("shown_with", ())),
            example=MappingProxyType(dict(table.get("example", {}))),
        )
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise _wrong(file, f"cannot be read: {error}") from error
    unknown = {*definition.parameters} - {*analysis.parameters} or {*definition.tables} - {
        one.id for one in analysis.tables
    }
    if unknown:
        raise _wrong(file, f"the analysis has no {', '.join(sorted(unknown))}")
    return table["order"], definition


def _choice(file: Traversable, item: Mapping[str, Any]) -> Choice:
    values = {value: _texts(file, texts) for value, texts in item["values"].items()}
    default = item["default"]
    if default not in values:
        raise _wrong(file, f"the default of {item['name']} is none of its values")
    return Choice(item["name"], _texts(file, item["title"]), MappingProxyType(values), default, bool(item.get("asked")))


def _texts(file: Traversable, texts: Mapping[str, str]) -> Texts:
    missing = [language for language in LANGUAGES if not texts.get(language)]
    if missing:
        raise _wrong(file, f"a text lacks {', '.join(missing)}: {texts}")
    return MappingProxyType(dict(texts))


def _wrong(file: Traversable, message: str) -> SourceError:
    return SourceError(message, place=Place(f"pictures/definitions/{file.name}"))
