"""What a server process loads: the application over the settings of its environment."""

from __future__ import annotations

import sys

import structlog
from flask import Flask

from medkg.settings import load_settings
from medkg.web import create_app
from medkg.web.services import EXTENSION


def application() -> Flask:
    """Give the application for one server process.

    Raises:
        SettingsError: a setting cannot be used.
        StoreError: nothing has been published, or the generation cannot be opened.
    """
    log_in_lines()
    app = create_app(load_settings())
    app.extensions[EXTENSION].view()
    return app


def log_in_lines() -> None:
    """Log one JSON object per line to standard error.

    Of a request its path is logged, never its arguments, its body or its headers: queries may hold what is nobody
    else's business. Tracebacks are written without the values of variables for the same reason.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
