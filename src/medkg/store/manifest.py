"""What a generation says about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from medkg.errors import StoreError
from medkg.store.layout import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One generation: its number, where it comes from, what is in it and what was checked.

    ``graphs`` and ``classes`` count quads per graph (the default graph under ``default``) and distinct instances per
    class; ``added`` and ``deleted`` are the quads by which it differs from ``parent`` (None for a first generation).
    ``mirrored`` are the statements that the engine holds once more without their graphs (:mod:`medkg.store.mirror`);
    None where nobody has looked yet, in generations of earlier releases.
    """

    generation: int
    created: str
    parent: int | None
    reason: str
    quads: int
    added: int
    deleted: int
    graphs: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    validation: Mapping[str, int] = field(default_factory=dict)
    mirrored: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the content of ``manifest.json``."""
        return asdict(self)

    def as_json(self) -> bytes:
        """Give the bytes of ``manifest.json``."""
        return (json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n").encode()


def read_manifest(layout: Layout, number: int) -> Manifest:
    """Read the manifest of a generation.

    Raises:
        StoreError: the generation is missing, or its manifest cannot be read or names another generation.
    """
    path = layout.manifest(number)
    try:
        content = json.loads(path.read_bytes())
        manifest = Manifest(**content)
    except FileNotFoundError as error:
        raise StoreError("there is no such generation", subject=str(path), remedy="See medkg history.") from error
    except (OSError, ValueError, TypeError) as error:
        raise _broken(path, str(error)) from error
    wrong = _ill_typed(manifest)
    if wrong or manifest.generation != number:
        raise _broken(path, f"{wrong} has a value of the wrong kind" if wrong else "it names another generation")
    return manifest


def _broken(path: object, why: str) -> StoreError:
    remedy = "Serve another generation with medkg rollback, or build anew."
    return StoreError(f"the manifest cannot be read: {why}", subject=str(path), remedy=remedy)


def _ill_typed(manifest: Manifest) -> str | None:
    kinds: dict[str, type | tuple[type, ...]] = {
        "created": str,
        "reason": str,
        "parent": (int, type(None)),
        "mirrored": (int, type(None)),
    }
    kinds |= dict.fromkeys(("generation", "quads", "added", "deleted"), int)
    for item in fields(manifest):
        if not isinstance(getattr(manifest, item.name), kinds.get(item.name, dict)):
            return item.name
    return None
