"""Scripts of the pages: every one that a page asks for is built, served packed, kept; pages work without."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from medkg.web import bundle as scripts

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = {path.stem for path in (ROOT / "frontend" / "src" / "entries").glob("*.ts")}
TEMPLATES = ROOT / "src" / "medkg" / "web" / "templates"


@pytest.fixture
def address() -> str:
    found = scripts.bundle("site")
    assert found, "the scripts are not bundled: python frontend/bundle.py"
    return found


def test_a_page_has_the_script_that_was_built_for_it(client: FlaskClient, address: str) -> None:
    assert f'<script type="module" src="{address}"></script>' in client.get("/").text


@pytest.mark.parametrize(("coding", "unpacked"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_script_comes_packed_as_the_browser_likes(
    client: FlaskClient, address: str, coding: str, unpacked: Callable[[bytes], bytes]
) -> None:
    with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": coding}) as packed:
        assert plain.headers.get("Content-Encoding") is None
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.mimetype == "text/javascript"
        assert unpacked(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        assert "max-age=31536000" in packed.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["none.js", "manifest.js", "..%2fmanifest.js", "site.js.br"])
def test_there_is_no_other_script(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/bundle/{name}").status_code == 404


def test_templates_ask_for_entry_points_that_exist() -> None:
    asked = {
        name for path in TEMPLATES.rglob("*.html") for name in re.findall(r'script\("([\w-]+)"\)', path.read_text())
    }
    assert asked
    assert asked <= ENTRIES


def test_pages_work_where_nothing_was_built(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scripts, "FOLDER", tmp_path)
    _forget()
    try:
        pages = [client.get("/").text, client.get("/browse/project").text]
    finally:
        monkeypatch.undo()
        _forget()
    assert all("<script" not in page and "</html>" in page for page in pages)
    told = capfd.readouterr()
    assert (told.out + told.err).count("script-missing") == 1


def _forget() -> None:
    scripts.bundle.cache_clear()
    scripts._entries.cache_clear()
