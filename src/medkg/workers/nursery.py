"""The fork server of queries: what all their children share is imported before they are forked."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from medkg.outgoing.endpoints import read_endpoints
from medkg.workers.breeding import breed
from medkg.workers.child import Ways, live


def main(arguments: list[str]) -> None:
    """Run as ``python -m medkg.workers.nursery <descriptor> <home> <default graph> <services>``."""
    descriptor, home, default_graph, services = arguments
    ways = Ways(Path(home), default_graph == "union", read_endpoints(services))
    breed(int(descriptor), partial(live, ways=ways))


if __name__ == "__main__":
    main(sys.argv[1:])
