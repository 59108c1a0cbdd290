"""The examples of docs/deployment.md: accepted by the programs they are for, and doing what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from medkg.settings import Settings, load_settings
from medkg.store.writer import Writer

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def block(language: str, holding: str = "") -> str:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    (text,) = [item for item in found if holding in item]
    return str(text)


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed: that example of docs/deployment.md is NOT checked")
    return found


def run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_systemd_takes_the_unit_without_a_complaint(tmp_path: Path) -> None:
    verify = program("systemd-analyze")
    unit = tmp_path / "medkg.service"
    unit.write_text(block("ini").replace("/opt/medkg/bin/medkg", sys.executable))
    done = run([verify, "verify", str(unit)], tmp_path)
    assert (done.returncode, "medkg.service" in done.stderr) == (0, False), done.stderr


def test_systemd_calls_the_unit_well_shut_in(tmp_path: Path) -> None:
    analyse = program("systemd-analyze")
    unit = tmp_path / "medkg.service"
    unit.write_text(block("ini"))
    # What it cannot close: the host's network, which it listens on. The threshold is ten times the exposure, 0 to 100.
    done = run([analyse, "security", "--offline=true", "--threshold=20", str(unit)], tmp_path)
    assert done.returncode == 0, done.stdout[-200:]


def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    nginx = program("nginx")
    openssl = program("openssl")
    asked = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=data.example.org"]
    made = run([openssl, *asked, "-keyout", "key.pem", "-out", "cert.pem"], tmp_path)
    assert made.returncode == 0, made.stderr
    text = block("nginx").replace("/etc/letsencrypt/live/data.example.org/fullchain.pem", f"{tmp_path}/cert.pem")
    text = text.replace("/etc/letsencrypt/live/data.example.org/privkey.pem", f"{tmp_path}/key.pem")
    text = text.replace("/var/log/nginx/medkg.log", f"{tmp_path}/medkg.log")
    file = tmp_path / "nginx.conf"
    file.write_text(f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{text}}}\n")
    done = run([nginx, "-t", "-c", str(file)], tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="nft reads the kernel's rules, which takes root")
def test_nftables_takes_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "medkg.nft"
    file.write_text(block("nft").replace('"medkg"', '"nobody"'))
    done = run([program("nft"), "--check", "--file", str(file)], tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_settings_of_the_page_are_settings(tmp_path: Path) -> None:
    file = tmp_path / "medkg.toml"
    file.write_text(block("toml"))
    settings = load_settings(environ={"MEDKG_SETTINGS": str(file)})
    named = tomllib.loads(block("toml"))
    assert {name: getattr(settings, name) for name in named} == named | {"home": Path(named["home"])}


def test_the_container_file_sets_only_settings_there_are() -> None:
    text = block("dockerfile")
    variables = set(re.findall(r"MEDKG_(\w+)=", text + PAGE))
    known = {name.upper() for name in Settings.__slots__} | {"SETTINGS"}
    assert variables <= known


def test_a_backup_taken_as_the_page_says_can_be_served(tmp_path: Path) -> None:
    home, restored = tmp_path / "home", tmp_path / "restored"
    for number in (1, 2):
        file = tmp_path / f"{number}.nt"
        file.write_text(f"<urn:s:{number}> <urn:p> <urn:o> .\n")
        with Writer(home) as writer:
            writer.load([file], graph="urn:g")
    medkg = [sys.executable, "-m", "medkg", "--home"]
    run([*medkg, str(home), "token", "create", "--name", "x", "--role", "admin"], tmp_path)
    script = tmp_path / "backup.sh"
    script.write_text(block("sh", "tar --create"))
    done = run(["sh", str(script), str(home), str(tmp_path / "backup.tar")], tmp_path)
    assert done.returncode == 0, done.stderr
    restored.mkdir()
    assert run(["tar", "--extract", "--file", "backup.tar", "--directory", str(restored)], tmp_path).returncode == 0
    for command in (["stats", "--json"], ["history", "--json"], ["token", "list", "--json"]):
        first, second = (run([*medkg, str(place), *command], tmp_path).stdout for place in (home, restored))
        assert first == second != ""
    assert not {"primary", "staging", "writer.lock"} & {path.name for path in restored.iterdir()}


def test_a_backup_of_a_home_that_serves_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    script = tmp_path / "backup.sh"
    script.write_text(block("sh", "tar --create"))
    assert run(["sh", str(script), str(tmp_path / "home"), str(tmp_path / "backup.tar")], tmp_path).returncode != 0


def test_every_event_that_is_logged_is_documented() -> None:
    package = ROOT / "src" / "medkg"
    sources = [*package.glob("access/*.py"), package / "endpoint" / "logs.py"]
    found = {
        name
        for path in sources
        for name in re.findall(r"\.(?:info|warning|error)\(\s*\"([\w-]+)\"", path.read_text(encoding="utf-8"))
    }
    assert len(found) >= 6
    assert [name for name in sorted(found) if f"| `{name}` |" not in PAGE] == []
