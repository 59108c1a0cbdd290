"""Readers in other processes see one whole generation after another while a writer publishes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from medkg.store.generations import Generations
from medkg.store.lock import writer_lock
from medkg.store.writer import Writer
from tests.store.small_stores import built

GENERATIONS = 12
READER = """
import json, sys
from pathlib import Path
from medkg.store.reader import Reader

reader = Reader(Path(sys.argv[1]))
print("ready", flush=True)
seen = []
while not seen or seen[-1][0] < int(sys.argv[2]):
    snapshot = reader.snapshot()
    rows = [row["s"].value for row in snapshot.query("SELECT ?s WHERE { ?s ?p ?o }")]
    seen.append((snapshot.generation, len(rows), snapshot.manifest.quads))
print(json.dumps(seen))
"""


def start_reader(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", READER, str(home), str(GENERATIONS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_two_readers_follow_a_writer(tmp_path: Path) -> None:
    with Writer(tmp_path, retention=1) as writer:
        writer.replace(built(1), reason="first")
        readers = [start_reader(tmp_path) for _ in range(2)]
        for number in range(2, GENERATIONS + 1):
            writer.replace(built(*range(number)), reason="next")
    for process in readers:
        seen = json.loads(process.communicate(timeout=60)[0])
        assert process.returncode == 0
        assert [generation for generation, _, _ in seen] == sorted(generation for generation, _, _ in seen)
        assert seen[-1][0] == GENERATIONS
        assert all(rows == quads == max(generation, 1) for generation, rows, quads in seen)


def test_one_who_waits_for_the_lock_disturbs_nobody_who_holds_it(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            generations.layout.make_folders()

    waiting = threading.Thread(target=wait)
    waiting.start()
    try:
        with writer_lock(generations.layout):
            for _ in range(300):
                generations.settle()
    finally:
        over.set()
        waiting.join()
    assert list(generations.layout.staging.iterdir()) == []
