"""A server process with nothing to do but one change without an end: ``python -m tests.changes.lone_server <home>``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from medkg.changes.requests import Update
from medkg.changes.service import Changes
from medkg.settings import load_settings
from tests.changes.conftest import ADMIN, LIMITS

ENDLESS = Update(
    text="INSERT { ?a ?b 1 } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c = ?f + ?i + ?l) }"
)


async def serve(home: Path) -> None:
    """Ask for the change; the server is ended before there is an answer."""
    await Changes(load_settings({"home": home}, {})).apply(ENDLESS, ADMIN, LIMITS)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
