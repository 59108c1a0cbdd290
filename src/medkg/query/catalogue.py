"""The named queries: one file, one query, its header in YAML comment lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from medkg.errors import Place, SourceError
from medkg.headers import read_header, without_comments
from medkg.settings import LANGUAGES

_KNOWN_KEYS = frozenset(
    {"summary", "title", "description", "answers", "used-by", "parameters", "tags", "limit", "expects"}
)
_PARAMETER_KEYS = frozenset({"type", "required", "example", "scheme", "help"})
PARAMETER_TYPES = ("iri", "string", "integer", "decimal", "date", "lang")
_QUERY_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
#: The braces of a VALUES row; a quoted string inside may hold a brace.
VALUES_ROW = r"VALUES\s*\?{name}\s*\{{(?:\"(?:[^\"\\]|\\.)*\"|[^}}\"])*\}}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a caller may give: its type, whether it must be given, an example, and the scheme its concepts come from."""

    name: str
    type: str
    required: bool = False
    example: str = ""
    scheme: str = ""
    help: str = ""


@dataclass(frozen=True)
class NamedQuery:
    """A query with its header. ``text`` is the file as it stands: valid SPARQL, with the examples as parameters."""

    id: str
    family: str
    text: str
    summary: str
    title: Mapping[str, str]
    description: str = ""
    answers: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    limit: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def form(self) -> str:
        """Give the query form: SELECT, ASK, CONSTRUCT or DESCRIBE."""
        match = _QUERY_FORM.search(self.text)
        return match.group(1).upper() if match else ""


def load_catalogue(folder: Path) -> Mapping[str, NamedQuery]:
    """Read every ``<family>/<id>.rq`` under a folder; the ids are unique over all families.

    Raises:
        SourceError: a header is missing, is not YAML, has an unknown key or lacks one; an id occurs twice.
    """
    found: dict[str, NamedQuery] = {}
    for path in sorted(folder.glob("*/*.rq")):
        query = read_query(path)
        if query.id in found:
            raise _refuse(path, "another query has this id", query.id, "Give each query its own file name.")
        found[query.id] = query
    return MappingProxyType(found)


def read_query(path: Path) -> NamedQuery:
    """Read one query file.

    Raises:
        SourceError: as :func:`load_catalogue`.
    """
    text = _text_of(path)
    header = read_header(path, text, SourceError)
    _check_keys(path, header, _KNOWN_KEYS, "header key")
    title = header.get("title") or {}
    missing = [language for language in LANGUAGES if not title.get(language)]
    if missing or not header.get("summary"):
        what = "summary" if not header.get("summary") else f"title in {', '.join(missing)}"
        raise _refuse(path, "the header lacks its", what, "Add it to the #+ lines.")
    parameters = {name: _parameter(path, name, value) for name, value in (header.get("parameters") or {}).items()}
    for name in parameters:
        _check_values_row(path, text, name)
    return NamedQuery(
        id=path.stem,
        family=path.parent.name,
        text=text,
        summary=header["summary"],
        title=MappingProxyType(dict(title)),
        description=header.get("description", ""),
        answers=_texts(header.get("answers")),
        used_by=_texts(header.get("used-by")),
        tags=_texts(header.get("tags")),
        parameters=MappingProxyType(parameters),
        limit=MappingProxyType(dict(header.get("limit") or {})),
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _refuse(path, "not UTF-8", f"byte {error.start}", "Save the file as UTF-8.") from error


def _parameter(path: Path, name: str, value: Any) -> Parameter:
    if not isinstance(value, dict) or value.get("type") not in PARAMETER_TYPES:
        raise _refuse(path, "a parameter needs a type", name, f"The types are {', '.join(PARAMETER_TYPES)}.")
    _check_keys(path, value, _PARAMETER_KEYS, f"key of parameter {name}")
    texts = {key: str(value[key]) for key in value if key != "required"}
    return Parameter(name=name, required=bool(value.get("required")), **texts)


def _check_keys(path: Path, mapping: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    unknown = sorted(set(mapping) - known)
    if unknown:
        raise _refuse(path, f"unknown {what}", unknown[0], f"Known: {', '.join(sorted(known))}.")


def _check_values_row(path: Path, text: str, name: str) -> None:
    rows = re.findall(VALUES_ROW.format(name=re.escape(name)), without_comments(text))
    if len(rows) != 1:
        raise _refuse(path, f"a parameter needs one VALUES row, found {len(rows)}", name, "VALUES ?name { example }")


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(item) for item in value or ())


def _refuse(path: Path, message: str, value: str, remedy: str) -> SourceError:
    return SourceError(message, place=Place(str(path)), value=value, remedy=remedy)
