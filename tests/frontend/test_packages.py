"""What is handed out holds the scripts: a wheel and an sdist, made without npm where they are bundled already."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = "web/static/bundle/"


def packed(target: str, folder: Path) -> Path:
    """Build one package, without a way to npm: the scripts are bundled before the tests run."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.iterdir())


def names_and_manifest(path: Path) -> tuple[set[str], bytes]:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            return set(names), wheel.read(next(name for name in names if name.endswith(f"{BUNDLE}manifest.json")))
    with tarfile.open(path) as sdist:
        names = sdist.getnames()
        member = sdist.extractfile(next(name for name in names if name.endswith(f"{BUNDLE}manifest.json")))
        assert member is not None
        return set(names), member.read()


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_a_package_holds_the_scripts_and_not_what_they_are_made_with(target: str, tmp_path: Path) -> None:
    names, manifest = names_and_manifest(packed(target, tmp_path))
    for file in json.loads(manifest)["entries"].values():
        for ending in ("", ".br", ".gz"):
            assert any(name.endswith(f"{BUNDLE}{file}{ending}") for name in names)
    assert any(name.endswith(f"{BUNDLE}licences.txt") for name in names)
    assert not any("node_modules" in name or name.endswith(".map") for name in names)
    assert any(name.endswith("frontend/package-lock.json") for name in names) == (target == "sdist")


def test_the_lock_file_names_no_host_and_runs_no_script() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "http" not in "".join(line for line in lock.splitlines() if '"resolved"' in line)
    assert "ignore-scripts=true" in (ROOT / "frontend" / ".npmrc").read_text(encoding="utf-8")


def test_versions_are_exact() -> None:
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not version[0].isdigit()] == []


def test_whoever_installs_the_sdist_needs_no_node(tmp_path: Path) -> None:
    sdist = packed("sdist", tmp_path / "dist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    script = tmp_path / sdist.name.removesuffix(".tar.gz") / "frontend" / "bundle.py"
    assert subprocess.run([sys.executable, str(script), "--stale"], check=False).returncode == 0
    (script.parent / "src" / "entries" / "site.ts").write_text("alert(1)")
    assert subprocess.run([sys.executable, str(script), "--stale"], check=False).returncode == 1
