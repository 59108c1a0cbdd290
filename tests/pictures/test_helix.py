"""The picture of a helix balance: its bars say what its table says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.analysis.helix import HELICES, share_of
from medkg.analysis.report import Note, Report, Row, Table, Value
from medkg.pictures.bars import WIDTH
from medkg.pictures.helix import draw
from medkg.pictures.scene import Box, Label, Scene
from tests.pictures.speaking import PlainWording

KINDS = {"academia", "business", "government", "civil-society", "unknown"}


def balance(counts: list[int]) -> Report:
    keys: list[Value] = [*HELICES, Note("unknown-helix")]
    rows = [
        Row({"helix": key, "count": count, "share": share_of(count, sum(counts)), "bodies": ()})
        for key, count in zip(keys, counts, strict=True)
    ]
    return Report((Table("balance", tuple(rows)),))


def boxes(scene: Scene) -> list[Box]:
    return [mark for mark in scene.flat() if isinstance(mark, Box)]


@given(st.lists(st.integers(0, 10_000), min_size=5, max_size=5))
def test_the_lengths_of_the_bars_are_in_proportion_to_the_counts(counts: list[int]) -> None:
    found = boxes(draw(balance(counts), PlainWording("helix"), {}))
    present = [count for count in counts if count]
    assert len(found) == len(present)
    for box, count in zip(found, present, strict=True):
        assert box.width / found[0].width == pytest.approx(count / present[0])


def test_the_unknown_is_a_bar_of_its_own_and_looks_unlike_the_others() -> None:
    found = boxes(draw(balance([3, 1, 2, 1, 4]), PlainWording("helix"), {}))
    assert {box.kind for box in found} == KINDS


def test_words_and_numbers_stand_beside_the_bars() -> None:
    scene = draw(balance([3, 1, 2, 0, 0]), PlainWording("helix"), {})
    texts = [mark.text for mark in scene.flat() if isinstance(mark, Label)]
    assert texts[:4] == ["academia", "3 (50.0%)", "business", "1 (16.7%)"]
    assert "0 (0.0%)" in texts
    assert scene.summary.startswith("academia: 3 (50.0%); business: 1 (16.7%)")


@given(st.text(max_size=300))
def test_nothing_leaves_the_canvas_whatever_the_names(name: str) -> None:
    names = {helix.value: name for helix in HELICES}
    scene = draw(balance([5, 1, 0, 2, 3]), PlainWording("helix", names=names), {})
    for mark in scene.flat():
        if isinstance(mark, Box):
            assert 0 <= mark.x <= mark.x + mark.width <= WIDTH
            assert 0 <= mark.y <= mark.y + mark.height <= scene.height


def test_a_picture_that_begins_at_the_right_is_mirrored() -> None:
    assert draw(balance([1, 0, 0, 0, 0]), PlainWording("helix", "ar", "rtl"), {}).mirrored
    assert not draw(balance([1, 0, 0, 0, 0]), PlainWording("helix"), {}).mirrored


def test_nobody_known_is_no_error() -> None:
    assert boxes(draw(balance([0] * 5), PlainWording("helix"), {})) == []
