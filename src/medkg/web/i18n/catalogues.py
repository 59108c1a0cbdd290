"""The message catalogues, read from the ``.po`` files themselves: nothing compiled is shipped or written."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask_babel import (  # type: ignore[import-untyped]
    Babel,
    Domain,
    format_date,
    format_decimal,
    get_locale,
    gettext,
    ngettext,
)

__all__ = [
    "FOLDER",
    "PoBabel",
    "catalogue_path",
    "format_date",
    "format_decimal",
    "gettext",
    "ngettext",
]

FOLDER = Path(__file__).parent
_TERM = "term."


def catalogue_path(language: str) -> Path:
    """Give the catalogue file of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def read_translations(language: str) -> Translations:
    """Give the messages of a language.

    Raises:
        FileNotFoundError: medkg has no pages in the language.
    """
    with catalogue_path(language).open("rb") as file:
        catalogue = pofile.read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@cache
def outside_terms(language: str) -> Mapping[str, str]:
    """Give the names of other people's terms in a language: short form (``skos:note``) → name."""
    with catalogue_path(language).open("rb") as file:
        catalogue = pofile.read_po(file, locale=language)
    keys = (message for message in catalogue if isinstance(message.id, str) and message.id.startswith(_TERM))
    return {str(message.id)[len(_TERM) :]: str(message.string) for message in keys}


class PoDomain(Domain):  # type: ignore[misc]
    """The messages of the request's language."""

    def get_translations(self) -> NullTranslations:
        """Give the catalogue of the language chosen for this request."""
        return read_translations(get_locale().language)


class PoBabel(Babel):  # type: ignore[misc]
    """Flask-Babel with catalogues that are read as they stand."""

    _domain = PoDomain()

    @property
    def domain_instance(self) -> PoDomain:
        """Give the domain all messages come from."""
        return self._domain
