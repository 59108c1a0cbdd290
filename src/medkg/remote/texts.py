"""What is read from and added to the text of a query before it is sent on; the text itself stays as it was written."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from medkg.keywords import keywords, resolve_escapes
from medkg.namespaces import PREFIXES

FORMS: Final = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])

_ANYTHING: Final = re.compile(r"VALUES\s*\?\w+\s*\{\s*UNDEF\s*\}")


def form_of(text: str) -> str:
    """Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty where it has none."""
    return next((word for word in keywords(resolve_escapes(text)) if word in FORMS), "")


def without_empty_rows(text: str) -> str:
    """Give a query without the VALUES rows of parameters that were not given: they hold for anything.

    Virtuoso leaves the variable unbound where such a row stands beside a sub-select.
    """
    return _ANYTHING.sub("{}", text)


def with_prefixes(text: str) -> str:
    """Give a query with the registry's prefixes that it uses and does not declare.

    They are put before it on its first line, so that the lines that the other service names stay those of the text.
    """
    read = resolve_escapes(text)
    missing = (name for name in PREFIXES if _uses(name).search(read) and not _declares(name).search(read))
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in missing) + text


@cache
def _uses(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.\-:?$]){name}:")


@cache
def _declares(name: str) -> re.Pattern[str]:
    return re.compile(rf"prefix\s+{name}\s*:", re.IGNORECASE)
