"""What shuts a child in, as it finds out itself and tells the server process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Walls:
    """What shuts a child in. A wall that the system did not allow is False, and ``refused`` says why.

    ``namespace``: a network of its own without any interface that is up (but its own loopback, with ``calls``).
    ``filtered``: the kernel refuses to make sockets, to connect them, and to run another program.
    ``calls``: connections to the child's own loopback are possible; never without ``namespace``.
    """

    namespace: bool
    filtered: bool
    calls: bool
    refused: tuple[str, ...] = ()

    @property
    def offline(self) -> bool:
        """Say whether at least one wall keeps the child from the network."""
        return self.namespace or self.filtered
