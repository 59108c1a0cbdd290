"""A child that is shut in reaches nobody, and can still do its work: real sockets, real namespaces, the real engine."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from mmap import mmap
from pathlib import Path

import pyoxigraph as ox
import pytest

from medkg.workers.isolation import bound_memory, enclose, leave_network
from medkg.workers.syscalls import refuse_calls
from medkg.workers.walls import Walls
from tests.workers.forked import in_child

SET_DUMPABLE = 4
MIB = 1024 * 1024


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Give a socket that listens on loopback: who gets through to it, waits in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def heard(listening: socket.socket) -> bool:
    listening.settimeout(0.2)
    try:
        listening.accept()[0].close()
    except TimeoutError:
        return False
    return True


def number_of_error(work: Callable[[], object]) -> int | None:
    try:
        work()
    except OSError as error:
        return error.errno
    return None


def become_somebody(number: int) -> None:
    """Give up root's privileges as a server does that is started without them."""
    os.setgroups([])
    os.setgid(number)
    os.setuid(number)
    ctypes.CDLL(None).prctl(SET_DUMPABLE, 1, 0, 0, 0)


def test_both_walls_stand_here() -> None:
    """Every other test would pass for the wrong reason on a system that allows neither."""
    assert in_child(lambda: enclose()) == Walls(namespace=True, filtered=True, calls=False)


def test_a_socket_reaches_the_listener_without_walls_and_not_with_them(listener: socket.socket) -> None:
    address = listener.getsockname()

    def call() -> int | None:
        return number_of_error(lambda: socket.create_connection(address, 2).close())

    assert in_child(call) is None
    assert heard(listener)
    assert in_child(lambda: (enclose(), call())[1]) == errno.EPERM
    assert not heard(listener)


def test_the_namespace_alone_keeps_the_child_in(listener: socket.socket) -> None:
    address = listener.getsockname()
    found = in_child(lambda: (leave_network(), number_of_error(lambda: socket.create_connection(address, 2).close())))
    assert found == ("", errno.ENETUNREACH)
    assert not heard(listener)


def test_the_filter_alone_keeps_the_child_in(listener: socket.socket) -> None:
    address = listener.getsockname()
    found = in_child(
        lambda: (refuse_calls(loopback=False), number_of_error(lambda: socket.create_connection(address, 2).close()))
    )
    assert found == ("", errno.EPERM)
    assert not heard(listener)


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_the_engine_reaches_the_listener_without_walls_and_not_with_them(listener: socket.socket, silent: str) -> None:
    query = f"ASK {{ SERVICE {silent}<http://127.0.0.1:{listener.getsockname()[1]}/> {{ ?s ?p ?o }} }}"

    def call() -> str:
        try:
            return str(bool(ox.Store().query(query)))
        except OSError as error:
            return str(error)

    hang_up = threading.Thread(target=lambda: listener.accept()[0].close())
    hang_up.start()
    in_child(call)
    hang_up.join(5)
    assert not hang_up.is_alive(), "the engine did not call: this test would prove nothing"
    told = in_child(lambda: (enclose(), call())[1])
    assert told == "True" if silent else "not permitted" in told
    assert not heard(listener)


def test_load_of_the_engine_reaches_nobody(listener: socket.socket) -> None:
    update = f"LOAD <http://127.0.0.1:{listener.getsockname()[1]}/>"

    def call() -> None:
        enclose()
        ox.Store().update(update)

    with pytest.raises(OSError, match="not permitted"):
        in_child(call)
    assert not heard(listener)


def test_no_name_is_resolved() -> None:
    def resolve() -> None:
        enclose()
        socket.getaddrinfo("example.org", 80)

    with pytest.raises(socket.gaierror):
        in_child(resolve)


@pytest.mark.parametrize("family", [socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW])
def test_no_socket_of_any_kind_is_made(family: int, kind: int) -> None:
    assert in_child(lambda: (enclose(), number_of_error(lambda: socket.socket(family, kind)))[1]) == errno.EPERM


def test_no_program_is_run() -> None:
    def run() -> None:
        enclose()
        subprocess.run(["true"], check=True)

    with pytest.raises(PermissionError):
        in_child(run)


@pytest.mark.parametrize("calls", [False, True])
def test_the_child_cannot_enter_the_network_of_its_parent(calls: bool) -> None:
    networks = Path(f"/proc/{os.getpid()}/ns/net")

    def enter() -> int:
        libc = ctypes.CDLL(None, use_errno=True)
        with networks.open("rb") as outside:
            enclose(calls=calls)
            libc.setns(outside.fileno(), 0)
        return ctypes.get_errno()

    assert in_child(enter) == errno.EPERM


def test_privileges_are_gone_for_good() -> None:
    def told() -> dict[str, str]:
        enclose()
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    status = in_child(told)
    assert int(status["CapEff"], 16) & ~0b1111 == 0
    assert int(status["CapPrm"], 16) & ~0b1111 == 0
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_calls_reach_the_child_s_own_loopback_and_nothing_else(listener: socket.socket) -> None:
    address = listener.getsockname()

    def told() -> tuple[Walls, bytes, int | None, int | None, int | None]:
        walls = enclose(calls=True)
        with socket.create_server(("127.0.0.1", 0)) as own:
            with socket.create_connection(own.getsockname()) as calling:
                calling.sendall(b"hello")
            said = own.accept()[0].recv(5)
        errors = (
            number_of_error(lambda: socket.create_connection(address, 2).close()),
            number_of_error(lambda: socket.create_connection(("192.0.2.1", 80), 2).close()),
            number_of_error(lambda: socket.socket(socket.AF_UNIX)),
        )
        return walls, said, *errors

    walls, said, *errors = in_child(told)
    assert walls == Walls(namespace=True, filtered=True, calls=True)
    assert said == b"hello"
    assert errors == [errno.ECONNREFUSED, errno.ENETUNREACH, errno.EPERM]
    assert not heard(listener)


def test_a_child_of_a_process_without_network_says_so_too() -> None:
    def told() -> Walls:
        leave_network()
        return in_child(lambda: enclose())

    assert in_child(told).namespace


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_without_privileges_is_shut_in_as_well() -> None:
    def told() -> Walls:
        become_somebody(65_533)
        return enclose()

    walls = in_child(told)
    assert walls.offline
    assert walls.namespace or "namespace" in walls.refused[0]
    assert walls.filtered


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_files_stay_one_s_own_in_a_namespace_of_users() -> None:
    def told() -> tuple[int, int]:
        become_somebody(65_533)
        enclose()
        return os.getuid(), os.getgid()

    assert in_child(told) == (65_533, 65_533)


def test_memory_is_bounded_beyond_what_is_mapped_before() -> None:
    def told() -> tuple[int, bool]:
        with mmap(-1, 1024 * MIB):
            bound_memory(512)
            held = bytearray(400 * MIB)
            try:
                return len(held), bool(bytearray(200 * MIB))
            except MemoryError:
                return len(held), False

    assert in_child(told) == (400 * MIB, False)


def test_memory_is_bounded_for_good() -> None:
    def told() -> bool:
        bound_memory(512)
        size, most = resource.getrlimit(resource.RLIMIT_AS)
        bound_memory(1024)
        return size == most == resource.getrlimit(resource.RLIMIT_AS)[1]

    assert in_child(told)


def test_an_inherited_socket_and_a_generation_stay_usable(tmp_path: Path) -> None:
    store = ox.Store(str(tmp_path / "store"))
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c")))
    store.backup(str(tmp_path / "copy"))
    here, there = socket.socketpair()
    with here, there:

        def work() -> None:
            enclose()
            asked = there.recv(100).decode()
            found = ox.Store.read_only(str(tmp_path / "copy")).query(asked)
            assert isinstance(found, ox.QuerySolutions)
            there.sendall(found.serialize(format=ox.QueryResultsFormat.TSV) or b"")

        here.sendall(b"SELECT ?o { ?s ?p ?o }")
        in_child(work)
        assert here.recv(100) == b'?o\n"c"\n'


def test_walls_cost_little() -> None:
    """Measured below 3 ms with everything busy; a child is made anew for each query that was killed."""

    def seconds() -> float:
        begun = time.perf_counter()
        enclose()
        bound_memory(512)
        return time.perf_counter() - begun

    assert min(in_child(seconds) for _ in range(5)) < 0.05


def test_a_machine_without_a_filter_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    walls = in_child(lambda: enclose())
    assert walls.namespace
    assert not walls.filtered
    assert walls.refused == ("no system call filter: none is written for riscv64",)


def test_where_namespaces_are_refused_it_says_so_and_gives_no_calls(listener: socket.socket) -> None:
    """Loopback would be the machine's. A filter installed before stands for a system that allows no namespace."""
    address = listener.getsockname()

    def told() -> tuple[Walls, int | None]:
        refuse_calls(loopback=True)
        walls = enclose(calls=True)
        return walls, number_of_error(lambda: socket.create_connection(address, 2).close())

    walls, error = in_child(told)
    refused = ("no network namespace: Operation not permitted",)
    assert walls == Walls(namespace=False, filtered=True, calls=False, refused=refused)
    assert walls.offline
    assert error == errno.EPERM
    assert not heard(listener)


def test_importing_it_changes_nothing() -> None:
    code = "import medkg.workers.isolation, socket; socket.socket().close()"
    subprocess.run([sys.executable, "-c", code], check=True)
