"""The parts of pages that show pictures: frozen classes, each what a partial template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class PictureOption:
    """One value that can be chosen for a picture, with the address of the picture that has it."""

    text: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """Something that can be chosen for a picture."""

    name: str
    title: str
    options: Sequence[PictureOption]


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture in a page: its SVG, which is markup; where it stands as a file; what could not be drawn, in words."""

    id: str
    title: str
    svg: Markup
    href: str
    file: str
    wide: bool
    left_out: Sequence[str]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A picture in the overview: its name, how it is read, its page, and its file on a light and a dark ground."""

    title: str
    reading: str
    href: str
    light: str
    dark: str
