"""The fields of a query string or a form, read strictly: what is broken is refused, and nothing is guessed."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from medkg.endpoint.problems import refusal

_MOST_FIELDS: Final = 1000
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Fields:
    """The fields of a query string or a form, in their order, repeated ones too."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)

    def __add__(self, other: Fields) -> Fields:
        return Fields(self.pairs + other.pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Give all values of a field."""
        return tuple(value for key, value in self.pairs if key == name)

    def one(self, name: str) -> str | None:
        """Give the value of a field that may stand once, or None where it does not stand.

        Raises:
            Refused: it stands more than once.
        """
        found = self.all(name)
        if len(found) > 1:
            raise refusal(400, f"{name} is given {len(found)} times", "Give it once.")
        return found[0] if found else None


def read_fields(raw: bytes) -> Fields:
    """Give the fields of a query string or a form (application/x-www-form-urlencoded, UTF-8).

    Raises:
        Refused: the percent-encoding is broken, the text is not UTF-8 or holds a NUL, or there are too many fields.
    """
    if not raw:
        return Fields([])
    if _BAD_ESCAPE.search(raw):
        raise refusal(
            400, "the percent-encoding is broken", "Write % as %25, and two hexadecimal digits behind each %."
        )
    pieces = raw.split(b"&")
    if len(pieces) > _MOST_FIELDS:
        raise refusal(400, f"{len(pieces):,} fields, of at most {_MOST_FIELDS:,}")
    return Fields([_pair(piece) for piece in pieces if piece])


def _pair(piece: bytes) -> tuple[str, str]:
    name, _, value = piece.replace(b"+", b" ").partition(b"=")
    return text_of(unquote_to_bytes(name)), text_of(unquote_to_bytes(value))


def text_of(raw: bytes) -> str:
    """Give the text that bytes hold.

    Raises:
        Refused: they are not UTF-8, or hold a NUL.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal(400, f"not UTF-8 at byte {error.start}", "Send UTF-8.") from error
    if "\0" in text:
        raise refusal(400, f"a NUL character at {text.index(chr(0))}", "Leave it out.")
    return text
