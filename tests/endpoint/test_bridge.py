"""The WSGI door in a process that forks."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.endpoint.conftest import app_over, make, settings_of, some_quads
from tests.workers.forked import in_child


def test_a_fork_can_let_go_of_the_door_without_its_thread(tmp_path: Path) -> None:
    registry = make(tmp_path / "home", some_quads(3))
    with app_over(settings_of(registry.home)) as app:
        assert app.test_client().get("/sparql?query=ASK{}").status_code == 200

        def close() -> str:
            signal.alarm(20)  # a fork that waits for the thread would wait without an end
            app.wsgi_app.close()  # type: ignore[attr-defined]
            return "closed"

        assert in_child(close) == "closed"
        assert app.test_client().get("/sparql?query=ASK{+}").status_code == 200
