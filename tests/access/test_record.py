"""The record of writes: one line each, in order, whatever crashed before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from medkg.access.caller import Caller
from medkg.access.record import Record, Write
from medkg.access.roles import Role
from medkg.errors import StoreError
from tests.access.processes import run_together

CALLER = Caller("0011223344", Role.CURATOR, ("https://e.org/",), "token:0011223344", "محمّل loader")
HEAD = (
    "import sys; from pathlib import Path; from medkg.access.record import Record, Write; "
    "from medkg.access.caller import Caller; from medkg.access.roles import Role; "
    "record = Record(Path(sys.argv[1]), largest=int(sys.argv[2])); "
    "caller = Caller('id', Role.ADMIN, None, 'token:id', sys.argv[3]); "
)


def done(number: int) -> Write:
    return Write(operation="update", outcome="done", graphs=("https://e.org/a", None), added=number, generation=number)


def test_a_line_says_who_what_when_and_what_came_of_it(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add(CALLER, done(3))
    record.add(CALLER, Write(operation="PUT", outcome="invalid", graphs=("https://e.org/b",), reason="2 violations"))
    first, second = record
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "token": "0011223344",
        "name": "محمّل loader",
        "role": "curator",
        "operation": "update",
        "outcome": "done",
        "graphs": ["https://e.org/a", None],
        "graphs_count": 2,
        "added": 3,
        "deleted": 0,
        "generation": 3,
        "reason": "",
    }
    assert (second["outcome"], second["generation"], second["reason"]) == ("invalid", None, "2 violations")
    assert record.path.stat().st_mode & 0o777 == 0o600


def test_of_very_many_graphs_the_first_are_named_and_all_are_counted(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add(CALLER, Write(operation="PUT", outcome="done", graphs=tuple(f"urn:g:{n}" for n in range(5_000))))
    (line,) = record
    assert (len(line["graphs"]), line["graphs_count"]) == (100, 5_000)


def test_what_people_name_cannot_make_a_second_line(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add(CALLER, Write(operation="a\nb", outcome="done", graphs=("urn:\r\n{}",)))
    assert record.path.read_bytes().count(b"\n") == 1
    assert next(iter(record))["operation"] == "a\nb"


@pytest.mark.parametrize("cut", range(1, 200, 23))
def test_a_line_cut_short_spoils_no_other(tmp_path: Path, told: list[dict[str, Any]], cut: int) -> None:
    record = Record(tmp_path)
    for number in (1, 2):
        record.add(CALLER, done(number))
    content = record.path.read_bytes()
    record.path.write_bytes(content[: len(content) - cut])
    record.add(CALLER, done(3))
    numbers = [line["added"] for line in record]
    # With only the end of the line lost, the line is whole.
    assert numbers == ([1, 2, 3] if cut == 1 else [1, 3])
    assert [line["line"] for line in told] == ([] if cut == 1 else [2])


def test_writers_in_several_processes_lose_and_mix_nothing(tmp_path: Path) -> None:
    code = HEAD + "[record.add(caller, Write(operation='update', outcome='done', added=n)) for n in range(60)]"
    run_together(code, *([str(tmp_path), "4000", name] for name in "abc"))
    lines = list(Record(tmp_path))
    for name in "abc":
        assert [line["added"] for line in lines if line["name"] == name] == list(range(60))


def test_a_killed_writer_leaves_whole_lines(tmp_path: Path) -> None:
    code = HEAD + "print(flush=True)\nwhile True: record.add(caller, Write(operation='update', outcome='done'))"
    for _ in range(3):
        command = [sys.executable, "-c", code, str(tmp_path), "100000", "a"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.1)
            process.send_signal(signal.SIGKILL)
    record = Record(tmp_path)
    record.add(CALLER, done(9))
    lines = [line for path in record.files() for line in path.read_bytes().splitlines()]
    broken = [line for line in lines if not _is_json(line)]
    assert len(broken) <= 3
    assert json.loads(lines[-1])["added"] == 9


def test_a_full_file_is_put_aside_and_none_is_removed(tmp_path: Path) -> None:
    record = Record(tmp_path, largest=1_000)
    for number in range(20):
        record.add(CALLER, done(number))
    assert [line["added"] for line in record] == list(range(20))
    names = [path.name for path in record.files()]
    assert names[:2] == ["writes-000001.jsonl", "writes-000002.jsonl"]
    assert names[-1] == "writes.jsonl"
    assert all(path.stat().st_size <= 1_000 for path in record.files())


def test_a_line_longer_than_a_file_is_kept_all_the_same(tmp_path: Path) -> None:
    record = Record(tmp_path, largest=100)
    record.add(CALLER, done(1))
    record.add(CALLER, done(2))
    assert [line["added"] for line in record] == [1, 2]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.path.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"writes\.jsonl"):
        record.add(CALLER, done(1))


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add(CALLER, done(1))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    record.add(CALLER, done(2))
    assert len(list(record)) == 2
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
