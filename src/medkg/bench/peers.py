"""The servers that medkg is measured beside, as they are started."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from medkg.bench.load import peer_program
from medkg.bench.processes import free_port
from medkg.errors import StoreError

Command = tuple[str, list[str], int, str]


def serve_oxigraph(store: Path) -> Command:
    """Give how `oxigraph serve-read-only` is started on the store of a generation.

    Raises:
        StoreError: it is not installed.
    """
    port = free_port()
    options = ["--location", str(store), "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return "oxigraph", [peer_program(), "serve-read-only", *options], port, "/query"


def serve_rdflib(file: Path, folder: Path) -> Command:
    """Give how rdflib-endpoint is started on a file, after installing it in an environment of its own.

    Raises:
        StoreError: it cannot be installed.
    """
    venv.create(folder, with_pip=True)
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "rdflib-endpoint[cli]"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StoreError(f"cannot be installed: {done.stderr.strip()[-300:]}", subject="rdflib-endpoint")
    port = free_port()
    program = str(folder / "bin" / "rdflib-endpoint")
    return "rdflib-endpoint", [program, "serve", "--host", "127.0.0.1", "--port", str(port), str(file)], port, "/"
