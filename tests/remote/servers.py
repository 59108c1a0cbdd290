"""Real services to stand behind the registry, started on free ports of this host and stopped by their process."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t")
ISQL = shutil.which("isql-vt")
INI = (Path(__file__).parent / "virtuoso.ini").read_text(encoding="utf-8")
#: Seconds for a service to be there.
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answers(address: str, query: str = "ASK {}") -> bool:
    url = f"{address}?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return int(response.status) == 200
    except OSError:
        return False


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not answers(address):
        assert process.poll() is None, f"ended with {process.returncode}:\n{log.read_text(errors='replace')}"
        assert time.monotonic() < until, f"no answer within {PATIENCE} s:\n{log.read_text(errors='replace')}"
        time.sleep(0.1)


@contextmanager
def oxigraph(folder: Path, data: Path | None, *options: str, port: int | None = None) -> Iterator[str]:
    """Serve N-Quads by Oxigraph's own server, on a free port unless one is named; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    store, log = folder / "store", folder / "log"
    if data is not None:
        subprocess.run([OXIGRAPH, "load", "-l", store, "-f", data], check=True, capture_output=True)
    port = port or free_port()
    with log.open("wb") as out:
        command = [str(OXIGRAPH), "serve", "-l", str(store), "-b", f"127.0.0.1:{port}", *options]
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            wait_for(f"http://127.0.0.1:{port}/query", process, log)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            stop(process)


@contextmanager
def virtuoso(folder: Path, data: Path | None, *, most_rows: int = 1_000_000, seconds: int = 60) -> Iterator[str]:
    """Serve N-Quads by Virtuoso; give its address."""
    (folder / "vsp").mkdir(parents=True)
    sql, web, log = free_port(), free_port(), folder / "virtuoso.log"
    values = {"SQL": sql, "WEB": web, "FOLDER": folder, "MOST_ROWS": most_rows, "SECONDS": seconds}
    text = INI
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    log.touch()
    command = [str(VIRTUOSO), "+configfile", "virtuoso.ini", "+foreground"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{web}/sparql"
    try:
        wait_for(address, process, log)
        if data is not None:
            load(folder, sql, data)
        yield address
    finally:
        stop(process)


def load(folder: Path, port: int, data: Path) -> None:
    """Load N-Quads by Virtuoso's bulk loader, which reads only folders named in its settings."""
    shutil.copy(data, folder / "data.nq")
    script = folder / "load.sql"
    orders = [
        f"ld_dir('{folder}', 'data.nq', 'http://example.org/unused');",
        "rdf_loader_run();",
        "select ll_state, ll_error from DB.DBA.load_list;",
        "checkpoint;",
    ]
    script.write_text("\n".join(orders) + "\n", encoding="utf-8")
    command = [str(ISQL), f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", "VERBOSE=OFF", "BANNER=OFF", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "*** Error" not in done.stdout, done.stdout
    assert done.stdout.split() == ["2", "NULL"], done.stdout


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
