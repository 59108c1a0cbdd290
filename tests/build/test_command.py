"""``medkg build``, ``validate`` and ``reason`` as a user runs them: output, exit codes, what stays untouched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from medkg.store.writer import Writer
from tests.build.small_registry import TABLE, Registry


def medkg(registry: Registry, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    settings = registry.settings
    environment = os.environ | {"MEDKG_DATA": str(settings.data), "MEDKG_ONTOLOGY": str(settings.ontology)} | environ
    command = [sys.executable, "-m", "medkg", "--home", str(settings.home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_build_prints_a_summary_and_tells_its_steps_line_by_line(registry: Registry) -> None:
    done = medkg(registry, "build", "--reason", "a test")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"{step} …" for step in ("read tables", "map rows", "load ontology", "reason", "validate", "publish")
    ]
    assert "        2  mk:Project" in done.stdout
    assert "1 texts without a concept" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("generation 1: ")


def test_build_gives_json_for_programs(registry: Registry) -> None:
    done = medkg(registry, "build", "--json", "--reason", "a test")
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["generation"], summary["reason"]) == (0, 1, "a test")
    assert summary["validation"]["violation"] == 0


def test_a_build_does_not_depend_on_the_order_of_sets(registry: Registry) -> None:
    first, second = (json.loads(medkg(registry, "build", "--json", PYTHONHASHSEED=seed).stdout) for seed in ("1", "2"))
    assert (first["generation"], second["generation"]) == (1, 2)
    assert (second["added"], second["deleted"]) == (0, 0)


def test_wrong_data_exit_with_1_and_a_sentence(registry: Registry) -> None:
    registry.change(TABLE, ",2020,", ",MMXX,")
    done = medkg(registry, "build")
    assert done.returncode == 1
    assert "small-projects.csv, line 3, column start: not a date: 'MMXX'" in done.stderr
    assert "Traceback" not in done.stderr
    assert registry.generations.list() == ()


def test_a_second_build_exits_with_1_and_a_sentence(registry: Registry) -> None:
    with Writer(registry.settings.home):
        done = medkg(registry, "build")
    assert done.returncode == 1
    assert "another process is writing. Wait until it has ended" in done.stderr


def test_wrong_usage_exits_with_2(registry: Registry) -> None:
    assert medkg(registry, "build", "--no-such-option").returncode == 2
    assert medkg(registry, "validate", "no-such-file.ttl").returncode == 2


def test_validate_publishes_nothing(registry: Registry) -> None:
    done = medkg(registry, "validate")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 violation, 0 warning, 0 info")
    assert not registry.settings.home.exists()


def test_validate_names_what_is_wrong_in_a_file(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "wrong.ttl"
    head = "@prefix mk: <https://w3id.org/medkg/ontology/> .\n@prefix id: <https://w3id.org/medkg/id/> .\n"
    path.write_text(f"{head}<https://w3id.org/medkg/id/project/gamma> a mk:Project .\n", encoding="utf-8")
    done = medkg(registry, "validate", "--json", str(path))
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    broken = {finding["shape"].rpartition("/")[2] for finding in findings if finding["severity"] == "violation"}
    assert {"Project-label", "Project-status", "Project-source"} <= broken
    assert "statement-without-claim" not in broken, "only tables have claims"
    assert {finding["focus"] for finding in findings} == {"https://w3id.org/medkg/id/project/gamma"}


def test_reason_counts_what_each_rule_adds(registry: Registry) -> None:
    done = medkg(registry, "reason", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert result["inferred"] == sum(result["by_rule"].values()) > 0
    assert not registry.settings.home.exists()
