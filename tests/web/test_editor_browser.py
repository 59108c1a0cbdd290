"""The editor in Chromium: it completes, declares, runs in place, shows faults where they are; nothing is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.web.test_browser import address, chromium, pytestmark

__all__ = ["address", "chromium", "pytestmark"]

QUERY = "SELECT ?kind { ?s a ?kind } LIMIT 3"


@pytest.fixture(params=[("en", 1440), ("ar", 390)], ids=lambda item: f"{item[0]}-{item[1]}")
def page(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    language, width = request.param
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 900})
    page = context.new_page()
    refused: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            refused.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"/sparql?lang={language}")
    yield page
    assert refused == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def write(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def text_of(page: Page) -> str:
    return page.locator(".cm-content").inner_text().replace("\u00a0", " ")


def test_terms_are_completed_and_their_prefix_is_declared(page: Page) -> None:
    with page.expect_response("**/sparql/terms"):
        page.locator(".cm-content").click()
    write(page, "SELECT ?p { ?p a mk:Projec")
    page.locator(".cm-tooltip-autocomplete [aria-selected]").wait_for()
    page.keyboard.press("Control+Space")
    page.wait_for_timeout(120)  # the editor takes no Enter in the first moment of a list
    page.keyboard.press("Enter")
    page.keyboard.type(" }")
    assert text_of(page) == "PREFIX mk: <https://w3id.org/medkg/ontology/>\nSELECT ?p { ?p a mk:Project }"


def test_a_query_runs_in_place_and_a_fault_is_shown_where_it_is(page: Page) -> None:
    page.evaluate("window.same = true")
    write(page, QUERY)
    page.keyboard.press("Control+Enter")
    page.locator("table.result tbody tr").nth(2).wait_for()
    assert "query=SELECT" in page.url
    assert page.locator("form.editor [role=status]").inner_text() != ""
    write(page, "SELECT ?x {\n?x ?y }} LIMIT 1")
    page.keyboard.press("Control+Enter")
    page.locator(".cm-fault").wait_for()
    assert page.locator(".cm-fault").inner_text().replace("\u00a0", " ").strip() == "?x ?y }} LIMIT 1"
    write(page, "CONSTRUCT { <urn:a> <urn:b> 'c' } WHERE {}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.locator("#text-answer").wait_for()
    assert "<urn:a> <urn:b>" in page.locator("#text-answer").inner_text()
    assert page.evaluate("window.same") is True, "the page was left"


def test_the_editor_is_no_trap_and_a_short_link_brings_the_query_back(page: Page) -> None:
    write(page, QUERY)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    page.locator("button[formaction]").click()
    page.wait_for_url("**/q/*")
    page.locator(".cm-content").wait_for()
    assert text_of(page) == QUERY
