"""Run a few lines of Python in processes of their own, several at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence


def run_together(code: str, *arguments: Sequence[str], **variables: str) -> list[str]:
    """Start one process per list of arguments, wait for all, and give what each printed."""
    command = [sys.executable, "-c", code]
    running = [
        subprocess.Popen([*command, *given], stdout=subprocess.PIPE, text=True, env={**os.environ, **variables})
        for given in arguments
    ]
    printed = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(running)
    return printed
