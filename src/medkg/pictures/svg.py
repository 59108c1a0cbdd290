"""A scene as SVG: presentation attributes and classes only, so that no policy of a page forbids anything of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import singledispatchmethod
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from medkg.pictures.inks import Colours, attributes, light, on_page
from medkg.pictures.lettering import bare, cleaned, fitted, isolated
from medkg.pictures.scene import Box, Disc, Label, Line, Linked, Lowered, Mark, Scene, Shape

_SVG: Final = "http://www.w3.org/2000/svg"
_FONTS: Final = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Noto Sans Arabic, sans-serif"
#: Of a file: the room above and below the picture, the margin, the sizes of title and credit.
_HEAD, _FOOT, _EDGE, _TITLE, _CREDIT, _TITLE_LINE = 34.0, 24.0, 8.0, 15.0, 10.0, 22.0
register_namespace("", _SVG)


def inline(scene: Scene, key: str) -> str:
    """Give a scene for the middle of a page; ``key`` tells its ids from those of other pictures there."""
    return _Writer(scene, on_page).written(key)


def standalone(scene: Scene, colours: Colours = light, credit: str = "") -> str:
    """Give a scene as a file of its own: on a ground of its own, its title above it and where it is from below."""
    lowered = Lowered(scene.marks, _HEAD)
    begin = scene.width - _EDGE if scene.direction == "rtl" and not scene.mirrored else _EDGE
    title = Label(
        begin, _TITLE_LINE, fitted(cleaned(scene.title), _TITLE, scene.width - 2 * _EDGE), "strong", size=_TITLE
    )
    foot = Label(begin, scene.height + _HEAD + _FOOT - _EDGE, cleaned(credit), "quiet", size=_CREDIT)
    whole = scene.height + _HEAD + _FOOT
    marks = (Box(0, 0, scene.width, whole, "ground"), title, lowered, foot)
    written = _Writer(replace(scene, height=whole, marks=marks), colours, sized=True).written("picture")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}'


class _Writer:
    """Writes one scene."""

    def __init__(self, scene: Scene, colours: Colours, sized: bool = False) -> None:
        self._scene = scene
        self._colours = colours
        self._sized = sized

    def written(self, key: str) -> str:
        scene = self._scene
        root = Element(f"{{{_SVG}}}svg", self._frame(key))
        SubElement(root, f"{{{_SVG}}}title", {"id": f"{key}-title"}).text = bare(scene.title)
        SubElement(root, f"{{{_SVG}}}desc", {"id": f"{key}-desc"}).text = bare(scene.summary)
        for mark in scene.marks:
            self._write(mark, root)
        return tostring(root, encoding="unicode")

    def _frame(self, key: str) -> dict[str, str]:
        """Give the attributes of the root: a picture with links inside is a group, for an image has no inside."""
        scene = self._scene
        linked = not self._sized and any(isinstance(mark, Linked) for mark in scene.every())
        size = {"width": _number(scene.width), "height": _number(scene.height)} if self._sized else {}
        return {
            **size,
            "viewBox": f"0 0 {_number(scene.width)} {_number(scene.height)}",
            "role": "group" if linked else "img",
            "aria-labelledby": f"{key}-title",
            "aria-describedby": f"{key}-desc",
            "lang": scene.language,
            "direction": scene.direction,
            "font-family": _FONTS,
        }

    @singledispatchmethod
    def _write(self, mark: Mark, parent: Element) -> None:
        raise TypeError(f"a {type(mark).__name__} is no mark")

    @_write.register
    def _box(self, mark: Box, parent: Element) -> None:
        x = self._x(mark.x + mark.width) if self._scene.mirrored else mark.x
        place = {"x": x, "y": mark.y, "width": mark.width, "height": mark.height}
        self._element("rect", mark.kind, mark.tip, parent, place)

    @_write.register
    def _disc(self, mark: Disc, parent: Element) -> None:
        place = {"cx": self._x(mark.x), "cy": mark.y, "r": mark.radius}
        self._element("circle", mark.kind, mark.tip, parent, place)

    @_write.register
    def _line(self, mark: Line, parent: Element) -> None:
        start, end = _point(self._x(mark.x), mark.y), _point(self._x(mark.to_x), mark.to_y)
        way = f"L{end}" if mark.bend is None else f"Q{_point(self._x(mark.bend[0]), mark.bend[1])} {end}"
        element = self._element("path", mark.kind, mark.tip, parent, {"stroke-width": mark.width})
        element.set("d", f"M{start}{way}")

    @_write.register
    def _shape(self, mark: Shape, parent: Element) -> None:
        element = self._element("path", mark.kind, mark.tip, parent, {})
        element.set("d", "".join(f"M{' '.join(self._points(ring))}Z" for ring in mark.rings))

    @_write.register
    def _label(self, mark: Label, parent: Element) -> None:
        place = {"x": self._x(mark.x), "y": mark.y, "font-size": mark.size}
        element = self._element("text", mark.kind, "", parent, place)
        element.set("text-anchor", mark.anchor)
        element.text = isolated(cleaned(mark.text), self._scene.direction)

    @_write.register
    def _linked(self, mark: Linked, parent: Element) -> None:
        """Write a link; in a file just what it holds, for a path leads nowhere once the file is elsewhere."""
        told = {"href": mark.href, "aria-label": cleaned(mark.name)}
        anchor = SubElement(parent, f"{{{_SVG}}}{'g' if self._sized else 'a'}", {} if self._sized else told)
        for inner in mark.marks:
            self._write(inner, anchor)
        for child in anchor:
            child.tail = " "  # else two labels of a link are read as one word

    @_write.register
    def _lowered(self, mark: Lowered, parent: Element) -> None:
        group = SubElement(parent, f"{{{_SVG}}}g", {"transform": f"translate(0,{_number(mark.by)})"})
        for inner in mark.marks:
            self._write(inner, group)

    def _element(self, name: str, kind: str, tip: str, parent: Element, place: dict[str, float]) -> Element:
        numbers = {key: _number(value) for key, value in place.items()}
        element = SubElement(parent, f"{{{_SVG}}}{name}", {"class": kind, **attributes(kind, self._colours), **numbers})
        if tip:
            SubElement(element, f"{{{_SVG}}}title").text = bare(tip)
        return element

    def _points(self, ring: tuple[tuple[float, float], ...]) -> list[str]:
        return [_point(self._x(x), y) for x, y in ring]

    @property
    def _x(self) -> Callable[[float], float]:
        return (lambda x: self._scene.width - x) if self._scene.mirrored else (lambda x: x)


def _point(x: float, y: float) -> str:
    return f"{_number(x)},{_number(y)}"


def _number(value: float) -> str:
    """Give a number with at most one digit: a tenth of a pixel is less than anybody sees."""
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace("-0", "0") if text in {"-0.0"} else text.removesuffix(".0")
