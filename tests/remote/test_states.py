"""Which state another service is in, what its address may be, and what is said to be lost."""

from __future__ import annotations

import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from medkg.errors import SettingsError, Unavailable
from medkg.remote import reader as states
from medkg.remote.address import read_address
from medkg.remote.capabilities import LOSSES, losses_of
from medkg.remote.products import PRODUCTS, UNKNOWN, product_of
from medkg.remote.reader import RemoteReader
from medkg.remote.texts import with_prefixes, without_empty_rows
from tests.remote.servers import oxigraph

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "remote.md"


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    with oxigraph(tmp_path / "empty", None) as address:
        yield address


def update(address: str, text: str) -> None:
    target = address.replace("/query", "/update")
    body = urllib.parse.urlencode({"update": text}).encode()
    urllib.request.urlopen(target, body, timeout=5).close()


def told(reader: RemoteReader) -> str:
    return "" if reader.problem is None else reader.problem.message


def settled(reader: RemoteReader, before: int) -> int:
    until = time.monotonic() + 10
    while reader.snapshot().generation == before and time.monotonic() < until:
        time.sleep(0.02)
    return reader.snapshot().generation


def test_a_change_makes_another_state_and_its_undoing_the_first(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "INTERVAL", 0.05)
    reader = RemoteReader(empty)
    first = reader.snapshot()
    assert first is reader.snapshot()
    update(empty, "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }")
    second = settled(reader, first.generation)
    assert second != first.generation
    assert dict(reader.snapshot().graphs) == {"urn:g": 1}
    assert RemoteReader(empty).snapshot().generation == second, "two processes give a state the same number"
    update(empty, "CLEAR ALL")
    assert settled(reader, second) == first.generation


def test_a_new_date_is_another_state_though_the_counts_stay(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "INTERVAL", 0.05)
    data = (
        "{} DATA {{ GRAPH <https://w3id.org/medkg/graph/catalog> {{ "
        "<urn:d> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/modified> '{}' }} }}"
    )
    old, new = "2026-11-20", "2026-11-21"
    update(empty, data.format("INSERT", old))
    reader = RemoteReader(empty)
    assert reader.snapshot().manifest.created == old
    before = reader.snapshot().generation
    update(empty, data.format("DELETE", old) + " ; " + data.format("INSERT", new))
    assert settled(reader, before) != before
    assert reader.snapshot().manifest.created == new


def test_a_service_that_goes_is_told_and_the_state_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "INTERVAL", 0.05)
    with oxigraph(tmp_path / "going", None) as address:
        reader = RemoteReader(address)
        kept = reader.snapshot()
        assert told(reader) == ""
    until = time.monotonic() + 10
    while not told(reader) and time.monotonic() < until:
        reader.snapshot()
        time.sleep(0.02)
    assert "cannot be reached" in told(reader)
    assert reader.snapshot() is kept
    with pytest.raises(Unavailable, match="cannot be reached"):
        kept.query("ASK {}")


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.org/",
        "example.org/sparql",
        "http://",
        "http://host:port/",
        "http://h/?query=x",
        "http://h/?x",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        read_address(text)


def test_the_secrets_of_an_address_stay_apart() -> None:
    address = read_address("https://some%40one:pass%2Fword@example.org:8443/a/sparql?infer=false&x=")
    assert address.url == "https://example.org:8443/a/sparql"
    assert (address.user, address.password) == ("some@one", "pass/word")
    assert address.parameters == (("infer", "false"), ("x", ""))
    assert "pass" not in repr(address)
    assert "some" not in repr(address)


def test_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        read_address("ftp://someone:secret-word@example.org/")
    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"server": "Oxigraph/0.5.13"}, "Oxigraph"),
        ({"server": "Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu"}, "Virtuoso"),
        ({"server": "Apache Jena Fuseki (4.9.0)"}, "Fuseki"),
        ({"server": "nginx", "fuseki-request-id": "7"}, "Fuseki"),
        ({"server": "nginx"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_product_is_known_by_its_headers(headers: dict[str, str], name: str) -> None:
    assert product_of(headers).name == name


def test_every_loss_is_documented_and_none_else() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("## What is lost")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)} == set(LOSSES)


@pytest.mark.parametrize("product", [*PRODUCTS, UNKNOWN], ids=lambda product: product.name)
def test_every_loss_of_a_product_has_a_reason(product: object) -> None:
    known = next(item for item in (*PRODUCTS, UNKNOWN) if item is product)
    assert {loss.name for loss in losses_of(known)} == known.losses


def test_only_missing_prefixes_are_added_and_lines_stay() -> None:
    text = "PREFIX mk: <urn:own:>\nSELECT * WHERE { ?skos a mk:Thing ; skos:broader ?x }"
    sent = with_prefixes(text)
    assert sent.endswith(text)
    assert sent.count("\n") == text.count("\n")
    assert sent.startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX mk: <urn:own:>")


def test_only_empty_rows_are_left_out() -> None:
    text = "VALUES ?a { UNDEF } VALUES ?b { <urn:b> } VALUES (?c) { (UNDEF) }"
    assert without_empty_rows(text) == "{} VALUES ?b { <urn:b> } VALUES (?c) { (UNDEF) }"
