"""The walls around a child that reads what strangers wrote: no network, no more memory than allowed, no way to grow."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
from pathlib import Path
from typing import Final

from medkg.workers.syscalls import refuse_calls
from medkg.workers.walls import Walls

_CLONE_NEWUSER: Final = 0x1000_0000
_CLONE_NEWNET: Final = 0x4000_0000
_DEATH_SIGNAL: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_CAPABILITY_VERSION: Final = 0x2008_0522
#: CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER: root's server may serve a folder that is another's.
_KEPT_CAPABILITIES: Final = 0b1111
_GET_FLAGS: Final = 0x8913
_SET_FLAGS: Final = 0x8914
_IS_UP: Final = 1
#: An opened generation of 1.3 million statements takes some 17 descriptors, of 13 million ten times that.
_OPEN_FILES: Final = 4_096
_MIB: Final = 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> None:
    """Have the system kill this process when ``parent`` ends, however it ends; call it first of all."""
    _checked(_libc.prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)


def enclose(*, calls: bool = False) -> Walls:
    """Shut the calling process in, for good, and say which walls stand.

    To be called in a child before it reads anything a stranger wrote, and before it starts a thread. Sockets that are
    open stay usable, and so do files; new sockets, other programs and more privileges are refused from here on.
    ``calls`` leaves connections to the child's own loopback possible, where :mod:`medkg.outgoing.relay` listens; it
    is given only with a network namespace, since loopback would else be the machine's.

    Raises:
        OSError: a limit of files, or the renunciation of privileges, was refused; neither ever should be.
    """
    _limit_files()
    reason = "" if not calls and _is_cut_off() else leave_network()
    calls = calls and not reason
    if calls:
        _raise_loopback()
    _renounce_privileges()
    unfiltered = refuse_calls(loopback=calls)
    refused = tuple(text for text in (reason, unfiltered) if text)
    return Walls(namespace=not reason, filtered=not unfiltered, calls=calls, refused=refused)


def bound_memory(mib: int) -> None:
    """Bound the memory of this process, for good, to what it has mapped by now and so much more.

    What is counted is address space: the engine's own files and threads take some of it before any work is done.
    """
    mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split(maxsplit=1)[0]) * resource.getpagesize()
    size, most = mapped + mib * _MIB, resource.getrlimit(resource.RLIMIT_AS)[1]
    size = size if most == resource.RLIM_INFINITY else min(size, most)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def leave_network() -> str:
    """Put the calling process and its later children into a network without interfaces; say why not, if it failed.

    For the process that starts the children, too: what it starts afterwards finds itself cut off already. Takes under
    a millisecond. Without privileges it needs user namespaces, and a process of one thread.
    """
    if _unshare(_CLONE_NEWNET) == 0:
        return ""
    user, group = os.geteuid(), os.getegid()
    error = _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    if error:
        return f"no network namespace: {os.strerror(error)}"
    _keep_identity(user, group)
    return ""


def _unshare(flags: int) -> int:
    """Give 0, or the number of the error. Python has ``os.unshare`` from 3.12 on."""
    done: int = _libc.unshare(flags)
    return 0 if done == 0 else ctypes.get_errno()


def _keep_identity(user: int, group: int) -> None:
    """Let a process in a new user namespace go by the number it had.

    A process that has changed its user since its start may not; it then goes by nobody's number, which changes nothing
    about the files it may open.
    """
    own = Path("/proc/self")
    with contextlib.suppress(OSError):
        (own / "setgroups").write_text("deny", encoding="utf-8")
        (own / "uid_map").write_text(f"{user} {user} 1", encoding="utf-8")
        (own / "gid_map").write_text(f"{group} {group} 1", encoding="utf-8")


def _is_cut_off() -> bool:
    """Say whether the process is in a network with nothing but a loopback interface that is down."""
    try:
        if [name for _, name in socket.if_nameindex()] != ["lo"]:
            return False
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            return not _flags(any_socket) & _IS_UP
    except OSError:
        return False  # who may not even ask has to leave it to be sure


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _flags(any_socket) | _IS_UP))


def _flags(any_socket: socket.socket) -> int:
    answer = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
    flags: int = struct.unpack("16sh14x", answer)[1]
    return flags


def _limit_files() -> None:
    """Bound the open files, and leave no core files: a child is meant to end at its limits."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    files = _OPEN_FILES if highest == resource.RLIM_INFINITY else min(_OPEN_FILES, highest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _renounce_privileges() -> None:
    """Give up what root may do beyond files, entering the machine's network again above all; nothing gives it back."""
    header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITY_VERSION, 0))
    held = ctypes.create_string_buffer(24)
    _checked(_libc.capget(header, held))
    effective, permitted = struct.unpack("6I", held.raw)[:2]
    kept = struct.pack("6I", effective & _KEPT_CAPABILITIES, permitted & _KEPT_CAPABILITIES, 0, 0, 0, 0)
    _checked(_libc.capset(header, kept))
    _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
