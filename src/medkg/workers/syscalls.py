"""A filter in the kernel (seccomp) that refuses a process new sockets, other programs and other processes."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import socket
import struct
from dataclasses import dataclass
from typing import Final

#: Numbers of the system calls refused, on x86-64 and on arm64. From asm/unistd_64.h and asm-generic/unistd.h.
_REFUSED: Final = {
    "socket": (41, 198),
    "connect": (42, 203),
    "io_uring_setup": (425, 425),  # makes and connects sockets where no filter sees it
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),  # takes an open socket from another process
    "setns": (308, 268),
    "unshare": (272, 97),
    "mount": (165, 40),
    "bpf": (321, 280),
}
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _ALL_THREADS = 1, 1
_NO_NEW_PRIVILEGES: Final = 38

# Instructions of the classic packet filter: what they do, on the one register there is.
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST = 0x15, 0x35
# Places in struct seccomp_data. Both machines have the lower half of an argument first.
_NUMBER, _MACHINE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_ALLOW, _KILL, _REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000 | errno.EPERM
#: AUDIT_ARCH_… of the two machines. What comes through another entry of the kernel (32-bit calls) ends the process.
_MACHINES: Final = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
#: Calls of the x32 interface bear this bit and other numbers.
_X32: Final = 0x4000_0000
_SOCKET_KIND: Final = 0xF

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction; ``yes`` and ``no`` are labels to go to, empty for the next instruction."""

    code: int
    value: int
    yes: str = ""
    no: str = ""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse_calls(*, loopback: bool) -> str:
    """Install the filter for all threads of the process, for good; say why it does not stand, where it does not.

    With ``loopback``, TCP sockets of IPv4 can be made and connected: only for a process in a network of its own.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        return f"no system call filter: none is written for {machine}"
    steps = _assembled(_steps(machine, loopback=loopback))
    program = _Program(len(steps) // 8, steps)
    _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = _libc.syscall(
        *(ctypes.c_long(number) for number in (_SECCOMP[machine], _SET_FILTER, _ALL_THREADS)), ctypes.byref(program)
    )
    return "" if done == 0 else f"no system call filter: {os.strerror(ctypes.get_errno())}"


def _steps(machine: str, *, loopback: bool) -> list[_Step]:
    column = list(_MACHINES).index(machine)
    refused = [
        numbers[column] for name, numbers in _REFUSED.items() if not (loopback and name in {"socket", "connect"})
    ]
    steps = [_Step(_LOAD, _MACHINE), _Step(_JUMP_IF_EQUAL, _MACHINES[machine], no="kill"), _Step(_LOAD, _NUMBER)]
    if machine == "x86_64":
        steps.append(_Step(_JUMP_IF_AT_LEAST, _X32, yes="refuse"))
    steps += [_Step(_JUMP_IF_EQUAL, number, yes="refuse") for number in refused]
    return steps + (_only_tcp(_REFUSED["socket"][column]) if loopback else [])


def _only_tcp(socket_call: int) -> list[_Step]:
    """Let only TCP sockets of IPv4 be made: a Unix socket would lead out of a network namespace."""
    return [
        _Step(_JUMP_IF_EQUAL, socket_call, no="allow"),
        _Step(_LOAD, _FIRST_ARGUMENT),
        _Step(_JUMP_IF_EQUAL, socket.AF_INET, no="refuse"),
        _Step(_LOAD, _SECOND_ARGUMENT),
        _Step(_AND, _SOCKET_KIND),
        _Step(_JUMP_IF_EQUAL, socket.SOCK_STREAM, no="refuse"),
    ]


def _assembled(steps: list[_Step]) -> bytes:
    """Give the program's bytes, its verdicts behind the steps; jumps count from the instruction after them."""
    verdicts = {"allow": _ALLOW, "refuse": _REFUSE, "kill": _KILL}
    places = {label: len(steps) + index for index, label in enumerate(verdicts)}
    packed = [
        struct.pack("HBBI", step.code, *(places[at] - index - 1 if at else 0 for at in (step.yes, step.no)), step.value)
        for index, step in enumerate(steps)
    ]
    return b"".join(packed + [struct.pack("HBBI", _RETURN, 0, 0, value) for value in verdicts.values()])
