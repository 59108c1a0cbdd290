"""All options of medkg in one frozen object.

A setting is read from, in this order: an explicit value, the variable ``MEDKG_<NAME>``, the TOML file,
``registry.toml`` in the home, the default. The TOML file is the one named by ``MEDKG_SETTINGS``, else ``medkg.toml``
in the working directory where there is one.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from medkg.errors import SettingsError

LANGUAGES = ("en", "fr", "es", "it", "ar")
HIGHEST_PORT = 65_535
DEFAULT_GRAPHS = ("union", "own")
_LEAST = {"port": 0, "workers": 1, "retention": 0, "page_size": 1, "children": 1, "answer_cache_mib": 0}
#: Written by ``medkg init`` into the home: what belongs to its content rather than to the server.
REGISTRY_FILE = "registry.toml"


def _shipped(folder: str) -> Path:
    """Give a folder that travels with medkg: of the checkout if we run from one, else of the installed wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent / folder
    return checkout if (package.parent.parent / "pyproject.toml").is_file() else package / "share" / folder


def _option(default: Any, help_text: str) -> Any:
    make = default if callable(default) else (lambda: default)
    return field(default_factory=make, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options. The help of each stands in its field's metadata; docs/settings.md is checked against it."""

    home: Path = _option(lambda: Path("var"), "Folder of the store and its generations; nothing else is written.")
    ontology: Path = _option(lambda: _shipped("ontology"), "Folder of the ontology, vocabularies, shapes and rules.")
    data: Path = _option(lambda: _shipped("data"), "Folder of the curated facts and their mappings.")
    queries: Path = _option(lambda: _shipped("queries"), "Folder of the named queries.")
    host: str = _option("127.0.0.1", "Address the server listens on.")
    port: int = _option(8000, "Port the server listens on; 0 takes a free one.")
    workers: int = _option(2, "Server processes.")
    public_url: str = _option("", "Address visitors see, if a proxy stands in front; no slash at its end.")
    retention: int = _option(10, "Generations kept besides the one served; the oldest are removed at the next publish.")
    language: str = _option("en", "Language of a page when the reader asks for none that medkg has.")
    page_size: int = _option(50, "Rows of a list page and of a page of incoming links.")
    store: str = _option("", "Address of another SPARQL 1.1 service to serve instead of the store of `home`.")
    default_graph: str = _option("union", "What a query without a data set sees: `union` of all graphs, or its `own`.")
    children: int = _option(2, "Processes that run strangers' queries, for each server process.")
    limits: str = _option("", "Table, or JSON: role → limit → value; docs/limits.md lists them.")
    answer_cache_mib: int = _option(64, "MiB of answers kept by each server process; 0 keeps none.")
    slow_query_seconds: float = _option(5.0, "Queries that take longer are logged.")
    services: str = _option(
        "", "Addresses that SERVICE may call, parted by spaces; a private one only by its number; empty: none."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot work.

        Raises:
            SettingsError: a value is out of its range.
        """
        if self.language not in LANGUAGES:
            remedy = f"Use one of {', '.join(LANGUAGES)}."
            raise SettingsError(f"{self.language!r} is no page language", subject="language", remedy=remedy)
        if self.default_graph not in DEFAULT_GRAPHS:
            remedy = f"Use one of {', '.join(DEFAULT_GRAPHS)}."
            raise SettingsError(f"{self.default_graph!r} is no choice", subject="default_graph", remedy=remedy)
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise SettingsError(f"{getattr(self, name)} is below {least}", subject=name)
        if self.port > HIGHEST_PORT:
            raise SettingsError(f"{self.port} is above {HIGHEST_PORT}", subject="port")


def load_settings(explicit: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Give the settings from explicit values, the environment and the settings file.

    Raises:
        SettingsError: a name is unknown, a value cannot be read as its type, or the file is not TOML.
    """
    environment = os.environ if environ is None else environ
    values = _from_file(environment) | _from_environment(environment)
    values |= {name: value for name, value in (explicit or {}).items() if value is not None}
    values = _from_home(Path(values.get("home", "var"))) | values
    known = {item.name: item for item in fields(Settings)}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsError("no such setting", subject=unknown[0], remedy=f"The settings are: {', '.join(known)}.")
    return Settings(**{name: _as_type(name, str(known[name].type), value) for name, value in values.items()})


def _from_file(environment: Mapping[str, str]) -> dict[str, Any]:
    named = environment.get("MEDKG_SETTINGS")
    path = Path(named or "medkg.toml")
    if not path.is_file():
        if named:
            raise SettingsError("there is no such file", subject=named)
        return {}
    return _toml(path)


def _from_home(home: Path) -> dict[str, Any]:
    path = home / REGISTRY_FILE
    values = _toml(path) if path.is_file() else {}
    if others := sorted(set(values) - {"default_graph"}):
        remedy = "Only default_graph belongs to a registry; write the others into medkg.toml."
        raise SettingsError("no setting of a registry", subject=f"{path}: {others[0]}", remedy=remedy)
    return values


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not a TOML file: {error}", subject=str(path)) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    names = [item.name for item in fields(Settings)]
    return {name: environment[key] for name in names if (key := f"MEDKG_{name.upper()}") in environment}


def _as_type(name: str, kind: str, value: Any) -> Any:
    if kind == "str" and isinstance(value, dict):
        return json.dumps(value)
    makers: dict[str, Any] = {"Path": Path, "int": int, "float": float, "str": str}
    try:
        return makers[kind](value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{value!r} cannot be read as {kind}", subject=name) from error
