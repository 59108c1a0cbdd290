"""What shuts the children in, as a child tells the server process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Walls:
    """The walls that stand, as :class:`medkg.workers.isolation.Enclosure` names them; ``refused`` says what is missing.

    ``calls`` says whether SERVICE can be answered: never without ``namespace``.
    """

    namespace: bool
    filtered: bool
    calls: bool
    refused: tuple[str, ...] = ()

    @property
    def offline(self) -> bool:
        """Say whether at least one wall keeps the children from the network."""
        return self.namespace or self.filtered
