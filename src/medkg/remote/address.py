"""The address of another SPARQL service as an operator writes it: where it is, what to send along, who we are there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from medkg.errors import SettingsError

_SCHEMES: Final = ("http", "https")
#: What each request fills in itself.
_OURS: Final = frozenset({"query", "update", "default-graph-uri", "named-graph-uri"})
_EXAMPLE: Final = "Write it like http://localhost:7878/query, or https://user:password@example.org/sparql."


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is. ``url`` may be shown and logged: user and password are not in it."""

    url: str
    #: Sent with each request, after what stands behind the ``?`` of the setting.
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return urlunsplit((*urlsplit(self.url)[:2], "", "", ""))


def read_address(text: str) -> Address:
    """Give the address that the setting ``store`` holds.

    Raises:
        SettingsError: it is no address of HTTP, or sends along what each request fills in. The message holds no
            user, password or parameter.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise SettingsError("this is no address", subject="store", remedy=_EXAMPLE) from error
    if parts.scheme not in _SCHEMES or not host:
        raise SettingsError("this is no address of HTTP", subject="store", remedy=_EXAMPLE)
    taken = sorted(_OURS & {name for name, _ in given})
    if taken:
        raise SettingsError(f"{taken[0]} is filled in by each request", subject="store", remedy="Leave it out.")
    place = f"[{host}]" if ":" in host else host
    url = urlunsplit((parts.scheme, place + (f":{port}" if port else ""), parts.path or "/", "", ""))
    return Address(url, tuple(given), unquote(parts.username or ""), unquote(parts.password or ""))
