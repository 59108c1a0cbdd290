"""The way out itself: which addresses are connected to, whom TLS trusts, where redirections lead, when it gives up."""

from __future__ import annotations

import dataclasses
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medkg.errors import SettingsError
from medkg.outgoing.endpoints import Endpoint, read_endpoints
from medkg.outgoing.request import Caller, CallFailedError, Reply
from tests.outgoing.far_side import JSON, FarSide, Handler, certificate_for, far_side, send, table


@pytest.fixture
def side() -> Iterator[FarSide]:
    with far_side(lambda handler: send(handler, table("x", "one"))) as running:
        yield running


def caller_of(*iris: str, **options: object) -> tuple[Caller, Endpoint]:
    endpoints = read_endpoints(" ".join(iris))
    return dataclasses.replace(Caller(allowed=endpoints), **options), endpoints[0]  # type: ignore[arg-type]


def failure(caller: Caller, endpoint: Endpoint) -> str:
    with pytest.raises(CallFailedError) as failed:
        caller.ask(endpoint, b"ASK {}")
    return str(failed.value)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),  # noqa: S104
        *("100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *(
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "fe80::1",
            "fe80::1%lo",
        ),
        *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1", "2001:0:1::1", "2002:7f00:1::"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "nonsense", ""),
    ],
)
def test_an_address_that_is_not_public_is_never_connected_to(address: str) -> None:
    caller, endpoint = caller_of("http://example.org/", resolve=lambda *_: [address])
    assert not endpoint.may_be_at(address)
    assert "no public address" in failure(caller, endpoint)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_may_be(address: str) -> None:
    assert read_endpoints("http://example.org/")[0].may_be_at(address)


def test_an_operator_allows_a_private_address_by_its_number_only(side: FarSide) -> None:
    caller, endpoint = caller_of(side.iri)
    assert caller.ask(endpoint, b"ASK {}") == Reply(JSON, table("x", "one"))
    caller, endpoint = caller_of(side.iri.replace("127.0.0.1", "localhost"))
    assert "no public address" in failure(caller, endpoint)
    caller, endpoint = caller_of(side.iri.replace("127.0.0.1", "127.1"))
    assert "no public address" in failure(caller, endpoint)
    assert len(side.heard) == 1


def test_a_name_is_resolved_once_and_that_address_is_connected_to(side: FarSide) -> None:
    """A name that means another address the second time (DNS rebinding) has no second time."""
    answers = iter([["127.0.0.1"]])
    iri = side.iri.replace("127.0.0.1", "rebinding.example")
    endpoint = dataclasses.replace(read_endpoints(side.iri)[0], iri=iri)
    caller = Caller(allowed=[endpoint], resolve=lambda *_: next(answers))
    assert caller.ask(endpoint, b"ASK {}").type == JSON
    assert len(side.heard) == 1


def test_public_addresses_of_a_name_do_not_open_its_private_ones(side: FarSide) -> None:
    caller, endpoint = caller_of(
        side.iri.replace("127.0.0.1", "example.org"),
        resolve=lambda *_: ["127.0.0.1", "192.168.0.1"],
    )
    assert "no public address" in failure(caller, endpoint)
    assert not side.heard


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_to_what_is_not_allowed_is_not_followed(side: FarSide, status: int) -> None:
    with far_side(lambda handler: send(handler, b"", status=status, Location=side.iri)) as first:
        assert "not allowed" in failure(*caller_of(first.iri))
        assert not side.heard
        caller, endpoint = caller_of(first.iri, side.iri)
        assert caller.ask(endpoint, b"ASK {}").body == table("x", "one")
        assert side.heard[0][1] == "ASK {}"


def test_the_target_of_a_redirection_is_checked_again(side: FarSide) -> None:
    target = side.iri.replace("127.0.0.1", "localhost")
    with far_side(lambda handler: send(handler, b"", status=307, Location=target)) as first:
        assert "no public address" in failure(*caller_of(first.iri, target))
    assert not side.heard


def test_redirections_come_to_an_end() -> None:
    def back(handler: Handler) -> None:
        send(handler, b"", status=307, Location=handler.path)

    with far_side(back) as side:
        assert "too often" in failure(*caller_of(side.iri))
        assert len(side.heard) == 3


@pytest.mark.parametrize(
    ("kind", "headers", "message"),
    [
        ("text/html", {}, "no SPARQL result"),
        ("text/turtle", {}, "no SPARQL result"),
        (JSON, {"Content-Encoding": "gzip"}, "compressed"),
        (JSON, {"Content-Length": "100000"}, "the connection failed"),
    ],
)
def test_what_is_no_whole_result_is_a_failure(kind: str, headers: dict[str, str], message: str) -> None:
    with far_side(lambda handler: send(handler, table("x", "one"), kind, 200, **headers)) as side:
        assert message in failure(*caller_of(side.iri))


def test_too_many_bytes_are_not_taken() -> None:
    with far_side(lambda handler: send(handler, b" " * 200_000)) as side:
        assert "more than 100,000 bytes" in failure(*caller_of(side.iri, most_bytes=100_000))


@pytest.mark.parametrize("part", ["status", "headers", "body"])
def test_a_slow_answer_is_given_up_as_a_whole(part: str) -> None:
    """Each read would be in time."""
    before = {
        "status": b"",
        "headers": b"HTTP/1.1 200 OK\r\nX: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\n\r\n",
    }

    def drip(handler: Handler) -> None:
        handler.wfile.write(before[part].replace(b"%s", JSON.encode()))
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with far_side(drip) as side:
        begun = time.monotonic()
        assert "longer than 0.4 s" in failure(*caller_of(side.iri, seconds=0.4))
        assert time.monotonic() - begun < 1.5


def test_nobody_there_is_a_failure(side: FarSide) -> None:
    caller, endpoint = caller_of(side.iri.replace(str(side.port), "9"))
    assert failure(caller, endpoint) == "the connection failed"


@pytest.mark.parametrize(("address", "trusted"), [("127.0.0.1", True), ("127.0.0.1", False), ("127.0.0.9", True)])
def test_a_certificate_must_be_trusted_and_for_this_name(tmp_path: Path, address: str, trusted: bool) -> None:
    certificate = certificate_for(address, tmp_path)
    context = ssl.create_default_context(cafile=str(certificate)) if trusted else None
    with far_side(lambda handler: send(handler, table("x", "one")), certificate) as side:
        caller, endpoint = caller_of(side.iri.replace("http:", "https:"), trusted=context)
        if trusted and address == "127.0.0.1":
            assert caller.ask(endpoint, b"ASK {}").body == table("x", "one")
        else:
            assert "certificate is not good" in failure(caller, endpoint)
            assert not side.heard


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "ftp://example.org/",
            "example.org",
            "file:///etc/passwd",
            "http://",
            "http:///sparql",
            "http://h:x/",
            "//h/",
        ),
        *("http://user@example.org/", "http://a:b@example.org/", "http://example.org/#part", "http://h:99999/"),
        *("http://exämple.org/", "http://example.org/<x>", "HTTP://example.org/", "http://[::1/", 'http://h/"x'),
    ],
)
def test_an_entry_that_cannot_be_called_is_refused(entry: str) -> None:
    with pytest.raises(SettingsError, match="services"):
        read_endpoints(f"https://example.org/sparql {entry}")


def test_entries_are_read() -> None:
    assert read_endpoints("") == ()
    assert read_endpoints(" https://a.example/b?c=d  http://[2606:2800::1]:81  https://a.example/b?c=d ") == (
        Endpoint("https://a.example/b?c=d", True, "a.example", 443, "/b?c=d"),
        Endpoint("http://[2606:2800::1]:81", False, "2606:2800::1", 81, "/"),
    )
