"""How a page is cited: as text, BibTeX and CSL-JSON. No author and no date is given that is not known."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from medkg.namespaces import BASE
from medkg.web.heads import Citation
from medkg.web.wording import plain

_NO_KEY: Final = re.compile(r"[^a-z0-9]+")
#: What TeX reads as a command, and how it prints the character.
_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited: a name and its IRI, the registry by name, the generation in words and as a number, its date."""

    title: str
    iri: str
    registry: str
    version: str
    generation: int
    created: str

    @property
    def day(self) -> date | None:
        """Give the day the generation was made; None where the manifest does not say it."""
        try:
            return datetime.fromisoformat(self.created).date()
        except ValueError:
            return None

    @property
    def key(self) -> str:
        """Give a name for the entry: letters, digits and hyphens."""
        return f"{_NO_KEY.sub('-', self.iri.removeprefix(BASE).lower()).strip('-')}-{self.generation}"


def citation(cited: Cited, text: str) -> Citation:
    """Give the citation in the three forms; ``text`` is the one for readers, in the language of the page."""
    return Citation(text, _bibtex(cited), _csl(cited))


def _bibtex(cited: Cited) -> str:
    fields = {
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": _tex(cited.registry),
        "year": str(cited.day.year) if cited.day else "",
        "date": cited.day.isoformat() if cited.day else "",
        "version": _tex(cited.version),
        "url": "".join(sign if sign not in "{}\\" else f"%{ord(sign):02X}" for sign in cited.iri),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return "@misc{" + ",\n".join([cited.key, *lines]) + "\n}"


def _csl(cited: Cited) -> str:
    item: dict[str, object] = {
        "id": cited.key,
        "type": "entry",
        "title": plain(cited.title),
        "container-title": cited.registry,
        "version": cited.version,
        "URL": cited.iri,
    }
    if cited.day:
        item["issued"] = {"date-parts": [[cited.day.year, cited.day.month, cited.day.day]]}
    return json.dumps([item], ensure_ascii=False, indent=1)


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in plain(text))
