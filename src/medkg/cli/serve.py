"""``medkg serve`` and ``medkg demo``: the pages and the protocols on granian."""

from __future__ import annotations

import os
import socket
from dataclasses import fields, replace
from pathlib import Path

import click

from medkg.cli import explicit_settings
from medkg.settings import Settings, load_settings

#: Connections that may wait until a server process takes them.
_BACKLOG = 4096
#: Seconds a server process has for the answers it has begun when the server ends.
_GRACE = 10


@click.command()
@click.option("--host", help="Address to listen on (default: 127.0.0.1, or MEDKG_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 takes a free one (default: 8000).")
@click.option("--workers", type=click.IntRange(1), help="Server processes (default: 2).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages and the SPARQL endpoint over the generation published last."""
    given = {"host": host, "port": port, "workers": workers}
    _serve(load_settings({**explicit_settings(ctx), **given}))


@click.command()
@click.option("--host", help="Address to listen on (default: 127.0.0.1, or MEDKG_HOST).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default: a free one).")
@click.pass_context
def demo(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Build the registry if it is not built or its files have changed, serve it and print the address."""
    explicit = explicit_settings(ctx)
    settings = load_settings({**explicit, "host": host, "port": port if port is not None else 0})
    from medkg.build.freshness import changed_inputs
    from medkg.store.generations import Generations

    changed = changed_inputs(settings)
    if changed:
        click.echo(f"{len(changed)} files have changed since the last build, {changed[0]} among them", err=True)
    if changed or Generations(settings.home).current() is None:
        from medkg.cli.build import build

        ctx.invoke(build)
    _serve(settings)


def _serve(settings: Settings) -> None:
    """Serve until a signal ends it.

    Raises:
        StoreError: nothing has been published; said before any process starts, as the next is.
        SettingsError: the limits cannot be used.
        ClickException: the address cannot be listened on.
    """
    from medkg.access.limits import limits_for
    from medkg.access.roles import Role
    from medkg.web.services import open_reader

    limits_for(settings, Role.ANONYMOUS)
    generation = open_reader(settings).snapshot().generation
    settings = replace(settings, port=_usable_port(settings.host, settings.port))
    _hand_over(settings)
    address = f"http://{_written(settings.host)}:{settings.port}/"
    click.echo(f"Serving generation {generation} at {address} (Ctrl+C ends it)")
    _run(settings)


def _run(settings: Settings) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels

    from medkg.endpoint.metrics_folder import shared_folder

    server = Granian(
        "medkg.web.asgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=settings.workers,
        backlog=_BACKLOG,
        websockets=False,
        # HTTP/2 without TLS is spoken by nobody but attackers; a proxy in front speaks it to the world.
        http=HTTPModes.http1,
        factory=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        # A process that is told to end while it still starts does not hear it; it is ended after this many seconds.
        workers_kill_timeout=_GRACE,
    )
    with shared_folder():
        server.serve()


def _hand_over(settings: Settings) -> None:
    """Give the settings to the server processes, which read them from their environment."""
    for item in fields(settings):
        value = getattr(settings, item.name)
        os.environ[f"MEDKG_{item.name.upper()}"] = str(value.resolve() if isinstance(value, Path) else value)


def _usable_port(host: str, port: int) -> int:
    """Give the port, or a free one for 0; the address is tried so that a refusal comes before the processes start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise click.ClickException(f"cannot listen on {host}:{port}: {reason}. Try --port 0.") from error
        return int(trial.getsockname()[1])


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
