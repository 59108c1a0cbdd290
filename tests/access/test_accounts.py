"""Accounts of addresses: the same for a day in all processes, and nothing of the address kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from medkg.access.accounts import Accounts, client_address
from medkg.errors import StoreError
from tests.access.processes import run_together

ASK = (
    "import sys; from pathlib import Path; from medkg.access.accounts import Accounts; "
    "print(Accounts(Path(sys.argv[1])).of('192.0.2.7'))"
)


def test_all_processes_give_one_address_one_account(tmp_path: Path) -> None:
    printed = run_together(ASK, *([str(tmp_path)] for _ in range(3)))
    assert len(set(printed)) == 1
    assert Accounts(tmp_path).of("192.0.2.7") == printed[0].strip()
    assert Accounts(tmp_path).of("192.0.2.8") != printed[0].strip()


def test_no_address_is_kept_and_only_its_owner_reads_the_salt(tmp_path: Path) -> None:
    account = Accounts(tmp_path).of("192.0.2.7")
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"192.0.2.7" not in content
    assert account.encode() not in content
    assert (tmp_path / "access" / "salt.json").stat().st_mode & 0o077 == 0


def test_the_next_day_has_another_salt_and_the_one_before_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = Accounts(tmp_path)
    today = accounts.of("192.0.2.7")
    salt = json.loads((tmp_path / "access" / "salt.json").read_bytes())["salt"]
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert accounts.of("192.0.2.7") != today
    assert accounts.of("192.0.2.7") == Accounts(tmp_path).of("192.0.2.7")
    assert salt not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("fe80::1%eth0", "fe80::1", True),
        ("", "unix", False),
        ("not an address", "neither", False),
    ],
)
def test_which_addresses_share_an_account(tmp_path: Path, one: str, other: str, same: bool) -> None:
    accounts = Accounts(tmp_path)
    assert (accounts.of(one) == accounts.of(other)) is same


def test_a_broken_salt_is_told(tmp_path: Path) -> None:
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "salt.json").write_text("{")
    with pytest.raises(StoreError, match=r"salt\.json: cannot be read"):
        Accounts(tmp_path).of("192.0.2.7")


@pytest.mark.parametrize(
    ("peer", "forwarded", "behind_proxy", "client"),
    [
        ("127.0.0.1", "203.0.113.9", False, "203.0.113.9"),
        ("::1", "203.0.113.9", False, "203.0.113.9"),
        ("::ffff:127.0.0.1", "203.0.113.9", False, "203.0.113.9"),
        ("", "203.0.113.9", False, "203.0.113.9"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.9", False, "203.0.113.9"),
        ("172.17.0.1", "203.0.113.9", True, "203.0.113.9"),
        ("172.17.0.1", "203.0.113.9", False, "172.17.0.1"),
        ("198.51.100.4", "203.0.113.9", False, "198.51.100.4"),
        ("8.8.4.4", "203.0.113.9", True, "8.8.4.4"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("127.0.0.1", "unknown", True, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, ", True, "127.0.0.1"),
    ],
)
def test_only_a_proxy_may_say_who_asks(peer: str, forwarded: str, behind_proxy: bool, client: str) -> None:
    assert client_address(peer, forwarded, behind_proxy=behind_proxy) == client
