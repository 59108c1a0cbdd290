"""Progress that is told to nobody: the default wherever a long work tells how far it is."""

from __future__ import annotations


def silent(*_told: object) -> None:
    """Take in whatever is told of progress, and show nothing."""
