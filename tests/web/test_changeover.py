"""From one generation to the next: prepared once, never backwards, told to caches and to those who watch."""

from __future__ import annotations

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from medkg.errors import StoreError
from medkg.query.catalogue import load_catalogue
from medkg.settings import Settings
from medkg.store.reader import Reader
from medkg.web import create_app
from medkg.web.generation import GenerationView
from medkg.web.i18n.catalogues import read_translations
from medkg.web.services import Services

from .conftest import MemoryReader, close, fixture_store, publish, settings_of, snapshot_of

HTML = {"Accept": "text/html"}


def services_over(reader: MemoryReader) -> Services:
    settings = Settings()
    return Services(settings, reader, load_catalogue(settings.queries))


def app_over(reader: MemoryReader) -> Flask:
    services = services_over(reader)
    return create_app(services.settings, services)


def test_a_home_built_anew_is_another_generation_under_the_same_number(tmp_path: Path) -> None:
    home = tmp_path / "home"
    publish(home, fixture_store())
    app = create_app(settings_of(home))
    paths = ("/", "/project/innomed-up.ttl", "/sparql?query=ASK{}", "/store?default")
    tags = {path: app.test_client().get(path).headers["ETag"] for path in paths}
    close(app)
    shutil.rmtree(home)
    store = fixture_store()
    store.update("DELETE WHERE { GRAPH ?g { <https://w3id.org/medkg/id/project/innomed-up> ?p ?o } }")
    publish(home, store)
    app = create_app(settings_of(home))
    client = app.test_client()
    assert client.get("/project/innomed-up.ttl").status_code == 404
    for path in paths:
        answer = client.get(path, headers={"If-None-Match": tags[path]})
        assert (answer.headers["X-Generation"], answer.status_code != 304) == ("1", True)
    close(app)


def test_a_view_is_prepared_once_while_others_answer_from_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = MemoryReader(snapshot_of(fixture_store(), 1))
    services = services_over(reader)
    before = services.view()
    begun, go, prepared = threading.Event(), threading.Event(), []
    prepare = GenerationView.prepare

    def slow(self: GenerationView) -> None:
        prepared.append(self.number)
        begun.set()
        assert go.wait(30)
        prepare(self)

    monkeypatch.setattr(GenerationView, "prepare", slow)
    reader.current = snapshot_of(fixture_store(), 2)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(services.view)
        assert begun.wait(30)
        assert services.view() is before
        go.set()
        assert first.result().number == 2
    assert services.view() is first.result()
    assert prepared == [2]


def test_an_older_generation_never_takes_the_place_of_a_newer_one() -> None:
    old, new = snapshot_of(fixture_store(), 1), snapshot_of(fixture_store(), 2)

    class Late(MemoryReader):
        """Gives the old generation to the reader that asked before the change and goes on after it."""

        late = False

        def snapshot(self):  # type: ignore[no-untyped-def]
            if self.late:
                self.late = False
                return old
            return self.current

    reader = Late(old)
    services = services_over(reader)
    assert services.view().number == 1
    reader.current = new
    assert services.view().number == 2
    reader.late = True
    assert services.view().number == 2
    assert services.view().number == 2


def test_many_threads_see_one_view(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    prepare = GenerationView.prepare

    def counted(self: GenerationView) -> None:
        made.append(self.number)
        time.sleep(0.05)
        prepare(self)

    monkeypatch.setattr(GenerationView, "prepare", counted)
    services = services_over(MemoryReader(snapshot_of(fixture_store(), 1)))
    with ThreadPoolExecutor(8) as pool:
        views = [pool.submit(services.view) for _ in range(16)]
    assert {id(view.result()) for view in views} == {id(services.view())}
    assert made == [1]


def test_health_says_stale_and_why_and_readiness_stays() -> None:
    reader = MemoryReader(snapshot_of(fixture_store()))
    client = app_over(reader).test_client()
    for path in ("/health", "/ready"):
        body = client.get(path).json
        assert body is not None
        assert (body["status"], body["generation"], "cause" in body) == ("ok", 7, False)
    reader.problem = StoreError("the manifest cannot be read: cut short", subject="/var/private")
    for path in ("/health", "/ready"):
        answer = client.get(path)
        assert answer.json is not None
        assert (answer.status_code, answer.json["status"], answer.json["generation"]) == (200, "stale", 7)
        assert answer.json["cause"] == "the manifest cannot be read: cut short"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_broken_pointer_makes_the_real_reader_stale(tmp_path: Path) -> None:
    from medkg.store.writer import Writer

    with Writer(tmp_path) as writer:
        writer.replace(list(fixture_store()), reason="fixture")
    reader = Reader(tmp_path)
    settings = Settings(home=tmp_path)
    client = create_app(settings, Services(settings, reader, load_catalogue(settings.queries))).test_client()
    assert client.get("/health").json["status"] == "ok"  # type: ignore[index]
    (tmp_path / "current").unlink()
    answer = client.get("/health")
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"], answer.json["generation"]) == (200, "stale", 1)
    assert answer.json["cause"]
    assert client.get("/", headers=HTML).status_code == 200


def test_a_generation_that_cannot_be_prepared_leaves_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = MemoryReader(snapshot_of(fixture_store(), 1))
    client = app_over(reader).test_client()
    assert client.get("/", headers=HTML).headers["X-Generation"] == "1"
    tried: list[int] = []

    def fail(self: GenerationView) -> None:
        tried.append(self.number)
        raise OSError("a file of the store is short")

    with monkeypatch.context() as patched:
        patched.setattr(GenerationView, "prepare", fail)
        reader.current = snapshot_of(fixture_store(), 2)
        for _ in range(3):
            assert client.get("/", headers=HTML).headers["X-Generation"] == "1"
    assert tried == [2], "a generation that failed is not tried again for each request"
    assert client.get("/health").json["status"] == "stale"  # type: ignore[index]
    reader.current = snapshot_of(fixture_store(), 3)
    assert client.get("/", headers=HTML).headers["X-Generation"] == "3"
    assert client.get("/health").json["status"] == "ok"  # type: ignore[index]


def test_where_nothing_can_be_served_only_readiness_fails() -> None:
    class Nothing(MemoryReader):
        def __init__(self) -> None:
            pass

        def snapshot(self):  # type: ignore[no-untyped-def]
            raise StoreError("nothing has been published", subject="/var/private")

    client = app_over(Nothing()).test_client()
    assert (client.get("/health").status_code, client.get("/ready").status_code) == (200, 503)
    assert client.get("/ready").json["status"] == "unavailable"  # type: ignore[index]
    for path in ("/", "/project/innomed-up", "/search?q=x", "/sparql", "/sparql?query=ASK%7B%7D", "/help", "/nothing"):
        page = client.get(f"/ar{path}", headers=HTML)
        assert (page.status_code, page.mimetype, page.headers["Content-Language"]) == (503, "text/html", "ar"), path
        assert '<html lang="ar" dir="rtl">' in page.text
        assert read_translations("ar").gettext("problem.unavailable") in page.text
        assert page.headers["Cache-Control"] == "no-store"
        document = client.get(path, headers={"Accept": "application/json"})
        assert (document.status_code, document.content_type) == (503, "application/problem+json"), path
        assert "private" not in page.text + document.text + client.get("/ready").text
    with client.get("/static/style.css") as style:
        assert style.status_code == 200
