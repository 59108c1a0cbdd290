"""Real endpoints for the tests, on loopback: they count who calls, and answer as told."""

from __future__ import annotations

import contextlib
import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

Handler = http.server.BaseHTTPRequestHandler

JSON = "application/sparql-results+json"


@dataclass
class FarSide:
    """An endpoint that keeps what it was sent."""

    port: int = 0
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    @property
    def iri(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"


def table(name: str, *values: str) -> bytes:
    """Give a SPARQL result of one column of plain literals."""
    rows = ",".join(f'{{"{name}":{{"type":"literal","value":"{value}"}}}}' for value in values)
    return f'{{"head":{{"vars":["{name}"]}},"results":{{"bindings":[{rows}]}}}}'.encode()


def send(handler: Handler, body: bytes, kind: str = JSON, status: int = 200, **headers: str) -> None:
    handler.send_response_only(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    with contextlib.suppress(OSError):  # whoever asked may have gone
        handler.wfile.write(body)


@contextlib.contextmanager
def far_side(
    answer: Callable[[Handler], None], certificate: Path | None = None, *, get: bool = False
) -> Iterator[FarSide]:
    """Run an endpoint that answers each POST as ``answer`` does, with TLS where it has a certificate (and its key).

    With ``get`` it answers GET as well, for whoever might fetch a file.
    """
    side = FarSide()

    class Answering(Handler):
        def do_POST(self) -> None:  # noqa: N802 - the base class names it so
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            side.heard.append((self.path, body, dict(self.headers)))
            answer(self)

        if get:
            do_GET = do_HEAD = do_POST  # noqa: N815 - the base class names them so

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that break off are the test
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        side.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield side
        finally:
            server.shutdown()
            thread.join()


def certificate_for(address: str, folder: Path) -> Path:
    """Give a certificate for a network address, with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("TLS IS NOT TESTED: there is no openssl to make a certificate with")
    file = folder / "both.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    names = ["-addext", f"subjectAltName=IP:{address}"]
    subprocess.run([openssl, *made, *names, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file
