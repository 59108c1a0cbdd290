"""One token: what is kept of it, and what may be asked of a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from medkg.access.caller import Caller
from medkg.access.roles import Action, Role, may
from medkg.errors import SettingsError
from medkg.namespaces import DEFAULT_GRAPH

_NAME: Final = re.compile(r"[^\W_][^\x00-\x1f\x7f@]{0,99}")
_SCOPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is kept: all but the secret, of which there is a SHA-256 hash. Times are in UTC."""

    id: str
    name: str
    role: Role
    #: As in ``Caller.graphs``; None: every graph.
    graphs: tuple[str, ...] | None
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    #: The day and not the hour: enough to find tokens that nobody uses.
    last_used: date | None = None
    digest: str = field(repr=False)

    def state(self, now: datetime) -> str:
        """Give ``valid``, ``revoked`` or ``expired``."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "valid"

    def caller(self) -> Caller:
        """Give who bears it."""
        return Caller(self.id, self.role, self.graphs, f"token:{self.id}", self.name)

    def as_dict(self) -> dict[str, Any]:
        """Give what people may see of it."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role.word,
            "graphs": None if self.graphs is None else list(self.graphs),
            "created": _text(self.created),
            "expires": _text(self.expires),
            "revoked": _text(self.revoked),
            "last_used": _text(self.last_used),
        }


def read_token(item: Mapping[str, Any]) -> Token:
    """Give a token from the file's JSON.

    Raises:
        KeyError, TypeError, ValueError: the file is not as medkg writes it.
    """
    role, graphs = Role.named(item["role"]), item["graphs"]
    if role is None:
        raise ValueError(f"no role {item['role']!r}")
    return Token(
        id=str(item["id"]),
        name=str(item["name"]),
        role=role,
        graphs=None if graphs is None else tuple(map(str, graphs)),
        created=datetime.fromisoformat(item["created"]),
        expires=_time(item["expires"]),
        revoked=_time(item["revoked"]),
        last_used=date.fromisoformat(item["last_used"]) if item["last_used"] else None,
        digest=str(item["digest"]),
    )


def check_new(name: str, role: Role, expires: datetime | None, now: datetime) -> None:
    """Refuse a name, role or end that a token cannot have.

    Raises:
        SettingsError: it says which.
    """
    if not _NAME.fullmatch(name):
        remedy = "Name the project or the machine in at most 100 characters; no e-mail address, no @."
        raise SettingsError(f"{name!r} cannot name a token", subject="name", remedy=remedy)
    if role is Role.ANONYMOUS:
        raise SettingsError("anonymous is the role of those without a token", subject="role")
    if expires is not None and expires <= now:
        raise SettingsError(f"{_text(expires)} has passed", subject="expires")


def scopes_of(role: Role, graphs: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give the scopes of a new token: None, every graph, for an admin, none for a reader, else those named.

    Raises:
        SettingsError: graphs are named that cannot be, or missing where they must be named.
    """
    if role is Role.ADMIN or not may(role, Action.ADD):
        if graphs:
            every = "every graph" if role is Role.ADMIN else "no graph"
            raise SettingsError(f"{role.word} may write {every}, so none can be named", subject="graph")
        return None if role is Role.ADMIN else ()
    if not graphs:
        remedy = "Give --graph the IRI of a graph, the beginning of several that ends in / # or :, or default."
        raise SettingsError(f"{role.word} needs the graphs it may write", subject="graph", remedy=remedy)
    for scope in graphs:
        if scope != DEFAULT_GRAPH and not _SCOPE.fullmatch(scope):
            remedy = "Write it in full, or default for the default graph."
            raise SettingsError(f"{scope!r} is no absolute IRI", subject="graph", remedy=remedy)
    return graphs


def _text(when: date | None) -> str | None:
    return None if when is None else when.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
