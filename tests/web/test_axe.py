"""Accessibility as axe-core judges it (WCAG 2.2 AA and best practice): nothing to complain of on any kind of page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from .test_browser import address, chromium, pytestmark

__all__ = ["address", "chromium", "pytestmark"]
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Each kind of page once; with what status it is answered where that is not 200.
PAGES: Final = {
    "/": 200,
    "/browse/project": 200,
    "/search": 200,
    "/search?q=birzeit": 200,
    "/search?q=nothing-has-this-name": 200,
    "/project/innomed-up": 200,
    "/actor/birzeit-university": 200,
    "/structure/blue-cluster": 200,
    "/programme/eni-cbc-med": 200,
    "/place/greece": 200,
    "/place/greece?by=https://w3id.org/medkg/ontology/country": 200,
    "/source/002_doc": 200,
    "/graph/preferred": 200,
    "/ontology": 200,
    "/ontology/Project": 200,
    "/scheme/theme": 200,
    "/scheme/theme/circular-economy": 200,
    "/sparql": 200,
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%2020": 200,
    "/sparql?query=ASK%7B%7D": 200,
    "/sparql?query=SELECT%20*%20%7B%3Fs%20foo%3Abar%20%3Fo%7D": 400,
    "/sparql?query=ASK%7B%7D&format=pdf": 406,
    "/analyses": 200,
    "/analyses/helix-balance?entity=id%3Aproject%2Finnomed-up": 200,
    "/help": 200,
    "/tour/3": 200,
    "/parts": 200,
    "/pictures": 200,
    "/queries": 200,
    "/nothing-here": 404,
}
#: The kinds take turns; in the other language each has the opposite one.
LOOKS: Final = ((390, "light"), (390, "dark"), (1440, "dark"), (1440, "light"))
#: Chromium says so of each document that is answered with an error.
_OF_STATUS = re.compile(r"the server responded with a status of (400|404|406)")


@pytest.fixture
def looked_at(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    assert AXE.is_file(), "axe-core is missing: python frontend/bundle.py --tools"
    context = chromium.new_context(base_url=address)
    context.add_init_script(path=AXE)
    yield context
    context.close()


def violations(page: Page, width: int, scheme: str) -> list[str]:
    """Give what axe finds at a width and in a colour scheme: rule, how often, the first place."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = page.evaluate("rules => axe.run({ resultTypes: ['violations'], runOnly: rules })", RULES)
    return [f"{item['id']} ×{len(item['nodes'])}: {item['nodes'][0]['html'][:200]}" for item in found["violations"]]


@pytest.mark.parametrize(("language", "turn"), [("en", 0), ("ar", 2)])
def test_no_kind_of_page_breaks_a_rule(looked_at: BrowserContext, address: str, language: str, turn: int) -> None:
    page = looked_at.new_page()
    fetched: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.on("console", lambda message: said.append(message.text) if _complains(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    found = {}
    for number, (path, status) in enumerate(PAGES.items(), start=turn):
        answer = page.goto(f"/{language}{path}")
        assert answer is not None
        assert answer.status == status, path
        found[path] = violations(page, *LOOKS[number % len(LOOKS)])
    assert {path: items for path, items in found.items() if items} == {}
    assert [url for url in fetched if not url.startswith((address, "data:"))] == []
    assert said == []


def _complains(message: ConsoleMessage) -> bool:
    return message.type in {"error", "warning"} and not _OF_STATUS.search(message.text)


def test_what_is_wrong_is_found(looked_at: BrowserContext) -> None:
    page = looked_at.new_page()
    page.goto("/en/help")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=\"/static/mark.svg\">'")
    assert [item.split(" ")[0] for item in violations(page, 390, "light")] == ["image-alt"]
