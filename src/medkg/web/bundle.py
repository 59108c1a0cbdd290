"""The scripts of the pages: where each entry point of the bundle lies. Pages work without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import structlog

FOLDER: Final = Path(__file__).parent / "static" / "bundle"


@cache
def bundle(name: str) -> str:
    """Give the address of an entry point, which tells its content; empty, and logged once, where none is built."""
    file = _entries().get(name)
    if file is None:
        remedy = "Run python frontend/bundle.py; the pages work without it."
        structlog.get_logger(__name__).warning("script-missing", entry=name, remedy=remedy)
        return ""
    return f"/static/bundle/{file}"


@cache
def _entries() -> Mapping[str, str]:
    try:
        manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(file) for name, file in manifest["entries"].items()}
