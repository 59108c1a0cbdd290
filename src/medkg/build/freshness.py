"""Whether what is served still says what ``data/`` and ``ontology/`` say."""

from __future__ import annotations

import hashlib
from pathlib import Path

from medkg.settings import Settings
from medkg.store.generations import Generations
from medkg.store.manifest import Manifest


def changed_inputs(settings: Settings) -> tuple[str, ...]:
    """Give the inputs of the last build that have changed or are gone since; none where nothing was built here.

    A new table is seen by the change of the metadata that declare it.
    """
    manifest = _last_build(Generations(settings.home))
    if manifest is None:
        return ()
    return tuple(name for name, known in manifest.inputs.items() if _digest(settings, name) != known)


def _last_build(generations: Generations) -> Manifest | None:
    """Give the manifest of the build that what is served goes back to."""
    number = generations.current()
    while number is not None and number in generations.list():
        manifest = generations.manifest(number)
        if "ontology" in manifest.versions:
            return manifest
        number = manifest.parent
    return None


def _digest(settings: Settings, name: str) -> str:
    folder, _, rest = name.partition("/")
    path: Path = (settings.data if folder == "data" else settings.ontology) / rest
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
