"""SVG: what a strict policy allows, readable by machines and people, in both directions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medkg.web
from medkg.pictures.inks import INKS, KINDS, dark
from medkg.pictures.scene import Box, Disc, Label, Line, Linked, Mark, Scene, Shape
from medkg.pictures.svg import inline, standalone

SVG = "{http://www.w3.org/2000/svg}"
MARKS: tuple[Mark, ...] = (
    Box(10, 5, 30, 8, "certain", "tip"),
    Disc(50, 20, 4.25, "amount"),
    Line(0, 0, 10, 10, "tie", 2.5, bend=(5, 0)),
    Shape((((0, 0), (10, 0), (10, 10)),), "land"),
    Linked((Label(10, 40, "Ġgantija", "text", "end"),), "/place/malta", "Malta: 6"),
)


def scene(*marks: Mark, **more: object) -> Scene:
    return replace(Scene("Title", "Summary", 100, 50, marks or MARKS, "en"), **more)  # type: ignore[arg-type]


def parsed(text: str) -> Element:
    return fromstring(text)  # noqa: S314 - our own text


@pytest.mark.parametrize("text", [inline(scene(), "p"), standalone(scene()), standalone(scene(), dark, "credit")])
def test_nothing_that_a_strict_policy_forbids(text: str) -> None:
    for element in parsed(text).iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "foreignObject", "image", "use"}
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_it_has_a_name_and_says_in_words_what_it_shows() -> None:
    root = parsed(inline(scene(), "p"))
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert (root.get("aria-labelledby"), root.get("aria-describedby")) == (title.get("id"), described.get("id"))
    assert (title.text, described.text) == ("Title", "Summary")


def test_a_picture_with_links_is_no_image_for_an_image_has_no_inside() -> None:
    assert parsed(inline(scene(), "p")).get("role") == "group"
    assert parsed(inline(scene(Disc(1, 1, 1, "amount")), "p")).get("role") == "img"
    link = parsed(inline(scene(), "p")).find(f"{SVG}a")
    assert link is not None
    assert (link.get("href"), link.get("aria-label")) == ("/place/malta", "Malta: 6")


def test_a_file_has_no_links_for_they_would_lead_nowhere_once_it_is_elsewhere() -> None:
    root = parsed(standalone(scene()))
    assert root.get("role") == "img"
    assert [element for element in root.iter() if "href" in element.attrib] == []


def test_a_mirrored_scene_is_turned_over() -> None:
    root = parsed(inline(scene(mirrored=True, direction="rtl"), "p"))
    box, text = root.find(f"{SVG}rect"), root.find(f".//{SVG}text")
    assert box is not None
    assert text is not None
    assert (box.get("x"), box.get("width")) == ("60", "30")
    assert (text.get("x"), text.get("text-anchor")) == ("90", "end")
    assert root.get("direction") == "rtl"


@pytest.mark.parametrize(
    ("direction", "mirrored", "begin"), [("ltr", False, "8"), ("rtl", True, "92"), ("rtl", False, "92")]
)
def test_the_title_of_a_file_begins_where_its_language_does(direction: str, mirrored: bool, begin: str) -> None:
    texts = parsed(standalone(scene(direction=direction, mirrored=mirrored), credit="from here")).findall(f"{SVG}text")
    assert [(text.get("x"), text.get("text-anchor")) for text in texts] == [(begin, "start")] * 2


def test_a_file_has_its_own_inks_and_a_page_those_of_the_style_sheet() -> None:
    assert "var(" not in standalone(scene())
    assert INKS["sea"][1] in standalone(scene(), dark)
    assert f"var(--sea, {INKS['sea'][0]})" in inline(scene(), "p")


def test_inks_are_those_of_the_style_sheet() -> None:
    sheet = (Path(medkg.web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    bright, _, rest = sheet.partition("@media (prefers-color-scheme: dark)")
    for ink, (light_value, dark_value) in INKS.items():
        assert f"--{ink}: {light_value};" in bright
        assert f"--{ink}: {dark_value};" in rest


def test_every_kind_is_made_of_inks_and_plain_values() -> None:
    for attributes in KINDS.values():
        for name, value in attributes.items():
            assert value in INKS or value == "none" or name not in {"fill", "stroke"}


@given(st.text(st.characters(), min_size=1, max_size=80))
def test_no_text_gets_out_of_its_place(text: str) -> None:
    told = scene(Linked((Box(0, 0, 1, 1, "certain", text), Label(0, 0, text)), "/x", text), title=text, summary=text)
    root = parsed(inline(told, "p"))
    assert [element.tag.removeprefix(SVG) for element in root] == ["title", "desc", "a"]
    assert [element.tag.removeprefix(SVG) for element in root[2].iter()] == ["a", "rect", "title", "text"]
    assert len(parsed(standalone(told, credit=text)).findall(f"{SVG}g/{SVG}g/{SVG}rect")) == 1
