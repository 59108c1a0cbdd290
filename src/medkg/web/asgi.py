"""What a server process loads: the protocols and the pages over the settings of its environment."""

from __future__ import annotations

import multiprocessing

from medkg.endpoint.application import Endpoint
from medkg.endpoint.exchange import BrokenOff
from medkg.endpoint.logs import leave_out, log_in_lines
from medkg.settings import load_settings
from medkg.web import create_app, endpoint_of
from medkg.workers.isolation import die_with


def application() -> Endpoint:
    """Give the ASGI application for one server process.

    Raises:
        SettingsError: a setting cannot be used.
        StoreError: nothing has been published, or the generation cannot be opened.
    """
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        # A process that outlived the server would keep its port, and answer from settings nobody knows any more.
        die_with(parent.pid)
    log_in_lines()
    leave_out(BrokenOff)
    app = create_app(load_settings())
    return endpoint_of(app)
