"""What a reader sees in Chromium: nothing overflows, nothing is fetched elsewhere, the keyboard works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from tests.web.serving import listening

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS = (390, 820, 1440)
PATHS = (
    "/",
    "/project/innomed-up",
    "/project/hostile",
    "/browse/project",
    "/search?q=birzeit",
    "/source/002_doc",
    "/ontology",
    "/scheme/theme",
    "/sparql",
    "/parts",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2040",
    "/sparql?query=SELECT%20%3Fname%0AWHERE%20%7B%0A%20%20%3Fs%20foo%3Abar%20%3Fname%0A%7D",
    "/sparql?query=" + "CLEAR%20" * 40,
    "/sparql?query=ASK%7B%7D&format=pdf",
    "/nothing-here",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="Chromium is not at /usr/bin/chromium: the pages were not looked at"
    ),
]


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with listening(app) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    yield context.new_page()
    context.close()


def at(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows_and_nothing_is_fetched_elsewhere(
    page: Page, address: str, width: int, language: str
) -> None:
    fetched: list[str] = []
    failures: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: failures.append(message.text) if "Security Policy" in message.text else None)
    page.set_viewport_size({"width": width, "height": 900})
    for path in PATHS:
        page.goto(at(path, language))
        extra = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert extra <= 0, f"{path} is {extra} px too wide"
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert [url for url in fetched if not url.startswith((address, "data:"))] == []
    assert failures == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["/project/innomed-up", "/source/002_doc"])
def test_no_column_is_hidden_on_a_phone(page: Page, path: str, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(at(path, language))
    boxes = page.locator(".table")
    assert boxes.count() > 0
    for box in boxes.all():
        assert box.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    label = page.locator("td[data-label]").first.evaluate("node => getComputedStyle(node, '::before').content")
    assert len(label.strip('"').strip()) > 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_answer_is_read_row_by_row_on_a_phone(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    query = 'SELECT ("a" AS ?one) ("b" AS ?two) ("c" AS ?three) ("2016-09-01"^^xsd:date AS ?start) {}'
    page.goto(at(f"/sparql?query={quote(query)}", language))
    assert page.locator(".table").evaluate("node => node.scrollWidth - node.clientWidth") <= 0
    labels = page.locator("td").evaluate_all(
        "cells => cells.map(cell => getComputedStyle(cell, '::before').content.replaceAll('\"', '').trim())"
    )
    assert labels == ["one", "two", "three", "start"]
    value = page.locator("td data").bounding_box()
    cell = page.locator("td").last.bounding_box()
    assert value is not None
    assert cell is not None
    # The label stands alone on the side where the line begins; nothing of the date runs around it.
    beside = value["x"] - cell["x"] if language == "en" else cell["x"] + cell["width"] - value["x"] - value["width"]
    assert beside > 20


def test_the_faulty_word_of_a_query_is_seen_and_its_form_sends_it_again_without_a_script(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    query = "\nSELECT ?name\nWHERE {\n  ?s foo:bar ?name\n} LIMIT 1"
    page.goto(at(f"/sparql?query={quote(query)}", "ar"))
    mark = page.locator("mark")
    assert mark.inner_text() == "foo:bar"
    assert mark.evaluate("node => getComputedStyle(node).borderBlockEndStyle") == "solid"
    assert page.locator("#query").input_value() == query
    page.fill("#query", query.replace("foo:bar", "skos:prefLabel"))
    page.click(".editor button")
    assert page.locator("tbody tr").count() == 1
    context.close()


def test_the_faulty_word_stays_in_one_piece_among_arabic(page: Page) -> None:
    query = 'SELECT * {\n  ?s skos:prefLabel "مشروع" "تعاون"@ar \n}'
    page.goto(at(f"/sparql?query={quote(query)}", "ar"))
    mark = page.locator("mark")
    assert mark.inner_text() == '"تعاون"@ar'
    assert mark.evaluate("node => node.getClientRects().length") == 1


@pytest.mark.parametrize("width", [820, 1440])
def test_tables_stay_tables_where_there_is_room(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(at("/project/innomed-up", "en"))
    assert page.locator(".stacked td").first.evaluate("node => getComputedStyle(node).display") == "table-cell"


def test_link_to_a_folded_statement_opens_it(page: Page) -> None:
    page.goto(at("/project/innomed-up", "en"))
    anchor = page.locator("details.again li[id]").first.get_attribute("id")
    assert not page.locator(f"#{anchor}").is_visible()
    page.goto(at("/project/innomed-up", "en") + f"#{anchor}")
    page.locator(f"#{anchor}").wait_for(state="visible", timeout=2000)


@pytest.mark.parametrize(("language", "side"), [("en", "left"), ("ar", "right")])
def test_page_begins_on_the_side_its_language_begins(page: Page, language: str, side: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(at("/project/innomed-up", language))
    brand = page.locator(".brand").bounding_box()
    languages = page.locator(".languages").bounding_box()
    assert brand is not None
    assert languages is not None
    assert (brand["x"] < languages["x"]) is (side == "left")
    assert page.locator("h1").evaluate("node => getComputedStyle(node).textAlign") == "start"


def test_keyboard_goes_through_the_page_and_shows_where_it_is(page: Page) -> None:
    page.goto("/project/innomed-up")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    for _ in range(12):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")


def test_search_works_without_a_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill("main input[name=q]", "جامعة بيرزيت")
    page.press("main input[name=q]", "Enter")
    page.click("text=Birzeit University")
    assert page.url.endswith("/actor/birzeit-university")
    context.close()


def test_hostile_texts_run_nothing(page: Page) -> None:
    dialogs: list[str] = []

    def seen(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", seen)
    page.goto("/project/hostile")
    assert "<script>alert('name')</script>" in page.inner_text("h1")
    assert dialogs == []


def test_colours_have_contrast_in_both_schemes(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/project/innomed-up")
        for selector in (
            "h1",
            ".lead",
            ".origin.stated",
            ".origin.external",
            ".origin.inferred",
            "dt a",
            "footer.site p",
        ):
            assert contrast(page, selector) >= 4.5, f"{selector} in {scheme}"


def test_problems_of_queries_have_contrast_in_both_schemes(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/sparql?query={quote('SELECT * { ?s foo:bar ?o }')}")
        for selector in (".eyebrow", ".lead", "mark", ".fault code", ".editor label", "textarea", ".editor button"):
            assert contrast(page, selector) >= 4.5, f"{selector} in {scheme}"
        page.goto("/sparql")
        for selector in (".muted", ".prefixes summary"):
            assert contrast(page, selector) >= 4.5, f"{selector} in {scheme}"


def contrast(page: Page, selector: str) -> float:
    """Give the contrast of a text with the nearest background behind it (WCAG 2.2, relative luminance)."""
    colours = page.locator(selector).first.evaluate(
        """node => {
            const seen = [];
            for (let n = node; n; n = n.parentElement) seen.push(getComputedStyle(n).backgroundColor);
            const clear = /rgba\\(0, 0, 0, 0\\)|transparent/;
            return [getComputedStyle(node).color, seen.find(colour => !clear.test(colour))];
        }"""
    )
    light, dark = sorted((luminance(colour) for colour in colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [float(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3]]
    linear = [item / 12.92 if item <= 0.04045 else ((item + 0.055) / 1.055) ** 2.4 for item in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
