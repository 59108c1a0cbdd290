"""Frames and what they hold: whatever the pieces in which a stream arrives."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.errors import BadQuery
from medkg.workers.answer import Head
from medkg.workers.asked import Asked
from medkg.workers.frames import (
    DATA,
    END,
    FAILED,
    HEAD,
    HEADER,
    LARGEST,
    READY,
    Channel,
    Unframer,
    frame,
    pack_texts,
    unpack_texts,
)
from medkg.workers.walls import Walls
from medkg.workers.wire import (
    LONGEST_REASON,
    MIB,
    Failure,
    pack_end,
    pack_failure,
    pack_head,
    pack_open,
    pack_question,
    pack_ready,
    unpack_end,
    unpack_failure,
    unpack_head,
    unpack_open,
    unpack_question,
    unpack_ready,
)
from tests.workers.serving import LIMITS

CONTENTS = st.lists(st.tuples(st.sampled_from([READY, HEAD, DATA, END]), st.binary(max_size=40)), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
GRAPHS = st.none() | st.lists(TEXTS, max_size=3).map(tuple)


def content(frame_bytes: bytes) -> bytes:
    return frame_bytes[5:]


def joined(frames: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Give frames with neighbouring data put together and empty data left out: how they are cut means nothing."""
    found: list[tuple[int, bytes]] = []
    for kind, held in frames:
        if kind == DATA and found and found[-1][0] == DATA:
            found[-1] = (DATA, found[-1][1] + held)
        elif kind != DATA or held:
            found.append((kind, held))
    return found


@given(CONTENTS, st.lists(st.integers(1, 60), min_size=1))
def test_a_stream_may_arrive_in_any_pieces(frames: list[tuple[int, bytes]], sizes: list[int]) -> None:
    stream = b"".join(frame(*one) for one in frames)
    unframer, found, at = Unframer(), [], 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        found += list(unframer.feed(stream[at : at + size]))
        at += size
    assert joined(found) == joined(frames)


@given(CONTENTS)
def test_the_child_reads_frames_until_the_end_is_closed(frames: list[tuple[int, bytes]]) -> None:
    ours, theirs = socket.socketpair()

    def send() -> None:
        with ours:
            ours.sendall(b"".join(frame(*one) for one in frames))

    with theirs:
        channel = Channel(theirs)
        sender = threading.Thread(target=send)
        sender.start()
        assert [channel.read() for _ in frames] == frames
        assert channel.read() is None
        sender.join()


def test_a_frame_cut_short_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(frame(HEAD, b"whole") + frame(HEAD, b"cut")[:-1])
        channel = Channel(theirs)
        assert channel.read() == (HEAD, b"whole")
        assert channel.read() is None


@given(st.lists(TEXTS))
def test_texts_come_back(texts: list[str]) -> None:
    assert unpack_texts(b"head" + pack_texts(*texts), 4) == texts


@given(
    st.builds(Asked, TEXTS, st.integers(0, 1 << 60), TEXTS, GRAPHS, GRAPHS, st.none() | TEXTS.filter(bool)),
)
def test_questions_come_back(asked: Asked) -> None:
    question = unpack_question(content(pack_question(asked, LIMITS)))
    assert question.asked == asked
    assert (question.memory_mib, question.result_bytes) == (LIMITS.memory_mib, LIMITS.result_mib * MIB)


def test_half_a_character_is_refused_before_it_is_sent() -> None:
    with pytest.raises(BadQuery, match="not valid Unicode"):
        pack_question(Asked("ASK {} # \udc80", 1, "json"), LIMITS)


@given(st.floats(0, 1e6), st.none() | st.integers(0, 1 << 60), st.booleans(), TEXTS)
def test_what_comes_back_is_what_was_sent(seconds: float, rows: int | None, retire: bool, text: str) -> None:
    assert unpack_end(content(pack_end(seconds, rows, retire))) == (seconds, rows, retire)
    assert unpack_head(content(pack_head(Head(text, "json")))) == Head(text, "json")
    failure = Failure("query", text, seconds, retire)
    assert unpack_failure(content(pack_failure(failure))) == failure
    assert unpack_open(content(pack_open(rows or 0))) == (rows or 0)


@pytest.mark.parametrize("kind", [READY, HEAD, END, FAILED])
def test_a_child_cannot_announce_a_frame_of_any_length(kind: int) -> None:
    unframer = Unframer()
    assert list(unframer.feed(frame(kind, bytes(LARGEST)))) == [(kind, bytes(LARGEST))]
    with pytest.raises(ValueError, match=r"65,537 bytes, of at most 65,536"):
        list(unframer.feed(HEADER.pack(kind, LARGEST + 1)))
    unframer = Unframer()
    assert not list(unframer.feed(HEADER.pack(kind, LARGEST + 1)[:-1]))
    with pytest.raises(ValueError, match="at most"):
        list(unframer.feed(b"\x01"))


def test_long_reasons_are_cut() -> None:
    failure = Failure("query", "\udc80" * 5_000, 1.0, False)
    told = unpack_failure(content(pack_failure(failure))).message
    assert told == "?" * LONGEST_REASON + "…"


@given(st.booleans(), st.booleans(), st.booleans(), st.lists(TEXTS, max_size=3).map(tuple))
def test_walls_come_back(namespace: bool, filtered: bool, calls: bool, refused: tuple[str, ...]) -> None:
    walls = Walls(namespace, filtered, calls, refused)
    assert unpack_ready(content(pack_ready(walls))) == walls
    assert walls.offline == (namespace or filtered)
