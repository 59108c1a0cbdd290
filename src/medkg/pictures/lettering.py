"""Texts in pictures: cleaned of what no picture can hold, their widths estimated, cut where there is no room."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: What XML forbids, and what would turn the text around it: controls, surrogates, bidirectional marks and overrides.
_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SPACE: Final = re.compile(r"\s+")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
#: The widths of letters in ems, a little above those of the usual sans-serif fonts.
_NARROW, _ARABIC, _COMMON, _CAPITAL, _WIDE, _FULL = 0.34, 0.5, 0.58, 0.70, 0.92, 1.05
#: A text longer than this is cut before anything is reckoned with it.
LONGEST: Final = 400


def cleaned(text: str) -> str:
    """Give a text that can stand in a picture: one line, without characters that XML forbids or that turn others."""
    return bare(text[: 10 * LONGEST])[:LONGEST]


def bare(text: str) -> str:
    """Give a text of any length as one line without those characters."""
    return _SPACE.sub(" ", _FORBIDDEN.sub("", text)).strip()


def first_direction(text: str) -> str:
    """Give the direction of the first letter that has one; empty where none has."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L" or kind in _RIGHT_TO_LEFT:
            return "ltr" if kind == "L" else "rtl"
    return ""


def isolated(text: str, direction: str) -> str:
    """Give a text so that its own direction moves nothing around it."""
    own = first_direction(text)
    return f"\u2068{text}\u2069" if own and own != direction else text


def width(text: str, size: float) -> float:
    """Give about how wide a text is; rather too much than too little."""
    return size * sum(map(_letter, text))


def fitted(text: str, size: float, room: float) -> str:
    """Give as much of a text as fits into a room, with an ellipsis where it was cut."""
    if width(text, size) <= room:
        return text
    kept, used = 0, size * _CAPITAL
    for letter in text:
        used += size * _letter(letter)
        if used > room:
            break
        kept += 1
    return f"{text[:kept].rstrip()}…"


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if letter in "iljtfrI.,:;'’|!()[]· ":
        return _NARROW
    if letter in "mwMW@%—…":
        return _WIDE
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    if unicodedata.bidirectional(letter) == "AL":
        return _ARABIC
    return _CAPITAL if letter.isupper() else _COMMON
