"""Pictures of the shipped facts in Chromium: drawn under the strict policy, letters apart, taken away as PNG."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from medkg.web import create_app
from medkg.web.bundle import bundle
from tests.web.conftest import close, settings_of
from tests.web.serving import listening
from tests.web.test_browser import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium: the pictures were not looked at"
    ),
]
PICTURES = (
    "countries",
    "partnerships",
    "network",
    "money?by=year",
    "indicators?show=reached",
    "helix?entity=id:project/innomed-up",
)
#: The rectangles of all texts in the picture that are seen, in pixels of the screen.
TEXTS = """() => [...document.querySelectorAll("figure svg text")].map(text => text.getBoundingClientRect())
    .map(box => [box.left, box.top, box.right, box.bottom])"""


@pytest.fixture(scope="module")
def address(shipped_home: Path) -> Iterator[str]:
    app = create_app(settings_of(shipped_home))
    with listening(app) as found:
        yield found
    close(app)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(params=[("en", 1440, "light"), ("ar", 390, "dark")], ids=["en-1440-light", "ar-390-dark"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    language, width, scheme = request.param
    context = browser.new_context(
        base_url=address, locale=language, color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    yield context.new_page()
    context.close()


def covered(boxes: list[list[float]]) -> list[tuple[list[float], list[float]]]:
    """Give the pairs of texts that cover each other by more than a hair."""
    return [
        (one, other)
        for one, other in combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 2 and min(one[3], other[3]) - max(one[1], other[1]) > 4
    ]


def test_pictures_are_drawn_whole_and_their_letters_stay_apart(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in PICTURES:
        page.goto(f"/pictures/{path}")
        boxes = page.evaluate(TEXTS)
        assert len(boxes) >= 9, path
        # Counts stand in discs, and discs of neighbours may touch: a few of them meet, names never do.
        assert len(covered(boxes)) <= len(boxes) // 12, path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth"), path
    assert complaints == []


def test_marks_have_the_inks_of_the_page(page: Page) -> None:
    page.goto("/pictures/helix?entity=id:project/innomed-up")
    fill = page.evaluate("getComputedStyle(document.querySelector('figure rect.academia')).fill")
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert fill == ("rgb(121, 196, 220)" if dark else "rgb(13, 92, 117)")


def test_a_picture_is_taken_away_as_png(page: Page) -> None:
    if not bundle("site"):
        pytest.skip("the scripts are not bundled: python frontend/bundle.py")
    page.goto("/pictures/countries")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG").click()
    assert waiting.value.suggested_filename == "countries.png"
    data = waiting.value.path().read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (2 * 760, 2 * 558)
    assert len(data) > 40_000, "the picture is empty: one ink packs into a few kilobytes"


def test_a_disc_leads_to_its_country_by_keyboard(page: Page) -> None:
    page.goto("/pictures/countries")
    page.locator("figure svg a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/place/italy")
