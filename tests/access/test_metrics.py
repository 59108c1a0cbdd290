"""Metrics are right over all server processes together, and cost next to nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from medkg.access.record import OUTCOMES as WRITES
from medkg.endpoint.metrics import FORMS, KILLED, OUTCOMES, Metrics
from medkg.endpoint.metrics_folder import VARIABLE, shared_folder

DOCUMENTED = (Path(__file__).resolve().parents[2] / "docs" / "deployment.md").read_text(encoding="utf-8")
#: A server process: counts, says it is ready, gives its metrics at each line it reads, ends with its input.
SERVER = """
import sys
from medkg.endpoint.metrics import Metrics
metrics = Metrics()
metrics.query(outcome="done", form="select", seconds=0.02, sent=100)
metrics.query(outcome="limit", form="ask", seconds=40.0, sent=0)
metrics.cache(hit=True); metrics.cache_bytes(1000); metrics.queue(2); metrics.children(alive=2, busy=1)
metrics.killed("seconds"); metrics.write("done"); metrics.page(200); metrics.generation(int(sys.argv[1]))
print("ready", flush=True)
for _ in sys.stdin:
    sys.stdout.buffer.write(metrics.render() + b"# EOF\\n"); sys.stdout.flush()
"""


class Server:
    """One server process that counts."""

    def __init__(self, generation: int) -> None:
        command = [sys.executable, "-c", SERVER, str(generation)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def metrics(self) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return samples("".join(iter(self.process.stdout.readline, "# EOF\n")))

    def end(self, *, kill: bool = False) -> None:
        self.process.kill() if kill else None
        self.process.communicate()


def samples(text: str) -> dict[str, float]:
    """Give name{labels} → value, but for the moments of making."""
    return {
        sample.name + (json.dumps(sample.labels, sort_keys=True) if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Server]]:
    monkeypatch.delenv(VARIABLE, raising=False)
    with shared_folder():
        running = [Server(7), Server(7)]
        yield running
        for server in running:
            server.end()


def test_every_process_tells_of_all(servers: list[Server]) -> None:
    first, second = (server.metrics() for server in servers)
    assert first == second
    expected = {
        'medkg_queries_total{"form": "select", "outcome": "done"}': 2,
        'medkg_queries_total{"form": "ask", "outcome": "limit"}': 2,
        "medkg_query_seconds_count": 4,
        'medkg_query_seconds_bucket{"le": "0.03"}': 2,
        "medkg_query_seconds_sum": pytest.approx(80.04),
        "medkg_answer_bytes_total": 200,
        'medkg_cache_requests_total{"result": "hit"}': 2,
        "medkg_cache_bytes": 2000,
        "medkg_queue_length": 4,
        "medkg_children_alive": 4,
        "medkg_children_busy": 2,
        'medkg_children_killed_total{"reason": "seconds"}': 2,
        'medkg_writes_total{"outcome": "done"}': 2,
        'medkg_pages_total{"status": "200"}': 2,
        "medkg_generation": 7,
    }
    assert {name: first.get(name) for name in expected} == expected


def test_a_process_that_was_killed_is_counted_but_no_longer_present(servers: list[Server]) -> None:
    servers.pop().end(kill=True)
    left = servers[0].metrics()
    assert left["medkg_query_seconds_count"] == 4
    assert (left["medkg_children_alive"], left["medkg_queue_length"], left["medkg_cache_bytes"]) == (2, 2, 1000)
    servers.append(Server(8))
    assert servers[0].metrics()["medkg_children_alive"] == 4
    assert servers[0].metrics()["medkg_generation"] == 8


def test_the_folder_is_gone_at_the_end_and_one_that_was_named_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with shared_folder() as folder:
        assert os.environ[VARIABLE] == str(folder)
        (folder / "counter_1.db").write_bytes(b"")
    assert VARIABLE not in os.environ
    assert not folder.exists()
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with shared_folder() as folder:
        assert folder == tmp_path
    assert tmp_path.exists()


def test_it_does_not_matter_what_was_imported_before_the_folder_was_made() -> None:
    """The process that starts the others may have imported the library, and they are forked from it."""
    code = (
        "import os\nfrom medkg.endpoint.metrics import Metrics\nMetrics().page(200)\n"
        "from medkg.endpoint.metrics_folder import shared_folder\n"
        "with shared_folder():\n"
        "    for _ in range(2):\n"
        "        if os.fork() == 0: Metrics().page(200); os._exit(0)\n"
        "        os.wait()\n"
        "    print(Metrics().render().decode())"
    )
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert samples(done.stdout)['medkg_pages_total{"status": "200"}'] == 2


def test_one_process_alone_needs_no_folder() -> None:
    metrics = Metrics()
    metrics.query(outcome="done", form="select", seconds=0.02, sent=100)
    assert samples(metrics.render().decode())["medkg_answer_bytes_total"] == 100
    assert samples(Metrics().render().decode())["medkg_answer_bytes_total"] == 0


def test_labels_have_few_values_whatever_is_asked() -> None:
    metrics = Metrics()
    for number in range(1_000):
        metrics.query(outcome=f"outcome {number}", form="SELECT\n", seconds=0, sent=0)
        metrics.killed(f"{number}")
        metrics.write(f"{number}")
        metrics.page(1_000 + number)
    found = samples(metrics.render().decode())
    assert found['medkg_queries_total{"form": "other", "outcome": "other"}'] == 1_000
    assert sum(1 for name in found if "total{" in name) == 4


def test_every_metric_and_every_label_is_documented() -> None:
    found = text_string_to_metric_families(Metrics().render().decode())
    families = [family for family in found if not family.name.endswith("_created")]
    for family in families:
        name = family.name + ("_total" if family.type == "counter" else "")
        assert f"| `{name}` |" in DOCUMENTED
    documented = set(re.findall(r"`medkg_(\w+)`", DOCUMENTED))
    assert len(documented) == len(families)
    for word in (*OUTCOMES, *FORMS, *KILLED, *WRITES):
        assert f"`{word}`" in DOCUMENTED, word


def test_counting_a_query_costs_next_to_nothing() -> None:
    """Measured at 5 microseconds with the shared folder; the bound leaves room for a machine ten times as slow."""
    metrics = Metrics()
    count = lambda: metrics.query(outcome="done", form="select", seconds=0.02, sent=100)  # noqa: E731
    assert min(timeit.repeat(count, number=1_000, repeat=5)) / 1_000 < 50e-6
