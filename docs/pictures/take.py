"""Take the pictures of the README from the running product: home, an entity and the editor, in English and Arabic.

``make screenshots`` runs it; it builds the registry if need be, serves it, and writes the pictures beside this file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

FOLDER: Final = Path(__file__).parent
CHROMIUM: Final = "/usr/bin/chromium"
QUERY: Final = (FOLDER / "query.rq").read_text(encoding="utf-8")
#: Name of the picture → the address without its language.
PAGES: Final = {
    "home": "/",
    "entity": "/project/innomed-up",
    "editor": f"/sparql?{urlencode({'query': QUERY})}",
}
LANGUAGES: Final = ("en", "ar")
WIDTH, HEIGHT = 1440, 900


@contextmanager
def registry() -> Iterator[str]:
    """Serve the registry while the block runs, and give its address."""
    command = [sys.executable, "-u", "-m", "medkg", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            lines = iter(process.stdout or ())
            found = next((match[0] for line in lines if (match := re.search(r"http://[^/\s]+", line))), None)
            if found is None:
                raise SystemExit("the registry could not be served; what it said stands above")
            yield found
        finally:
            process.terminate()


def take(browser: Browser, address: str) -> Iterator[Path]:
    """Write each picture, and give its file."""
    for language in LANGUAGES:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for name, path in PAGES.items():
            file = FOLDER / f"{name}-{language}.png"
            page.goto(f"{address}/{language}{path}", wait_until="networkidle")
            page.screenshot(path=file)
            yield file
        page.close()


def main() -> None:
    """Take all pictures."""
    with registry() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for file in take(browser, address):
            sys.stdout.write(f"{file.relative_to(Path.cwd())}\n")
        browser.close()


if __name__ == "__main__":
    main()
