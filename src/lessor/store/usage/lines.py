"""Lines of a file in bounded memory: a line without end costs no more than the longest allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

import numpy as np

BLOCK_BYTES = 1 << 20
_NEWLINE = 10


class Line(NamedTuple):
    """One line without its end; `is_cut` where it was longer than allowed and its rest dropped."""

    text: bytes
    is_cut: bool = False


class Block(NamedTuple):
    """Whole lines, each with its end, and how many there are."""

    text: bytes
    lines: int


class Limits(NamedTuple):
    """How much of a stream is held: lines and bytes of a block, bytes of a line."""

    lines: int
    bytes: int
    longest: int


def blocks(
    stream: BinaryIO, limits: Limits, *, told: Callable[[int], None] | None = None
) -> Iterator[Block]:
    """The lines of a stream, as many together as the limits allow.

    What is longer than the longest line by a block may be cut, and is still longer than it.
    """
    held: list[bytes] = []
    lines = size = 0
    for text in _whole_lines(stream, limits.longest, told):
        for part, count in _parts(text, lines, limits.lines):
            held.append(part)
            lines, size = lines + count, size + len(part)
            if lines == limits.lines or size > limits.bytes:
                yield Block(b"".join(held), lines)
                held, lines, size = [], 0, 0
    if held:
        yield Block(b"".join(held), lines)


def _parts(text: bytes, lines: int, lines_max: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines, parted where a block that has `lines` of them is full, and how many each has."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + 1
    start = done = 0
    while done < len(ends):
        count = min(lines_max - lines, len(ends) - done)
        done += count
        end = int(ends[done - 1])
        yield text[start:end], count
        start, lines = end, (lines + count) % lines_max


def _whole_lines(
    stream: BinaryIO, longest: int, told: Callable[[int], None] | None
) -> Iterator[bytes]:
    """Pieces of a stream that end with a line; of a line without end, its start alone is kept."""
    carry = b""
    is_cut = False
    while block := stream.read(BLOCK_BYTES):
        if told is not None:
            told(len(block))
        if is_cut:
            _, end, block = block.partition(b"\n")
            if not end:
                continue
            yield carry + end
            carry, is_cut = b"", False
        whole, end, rest = (carry + block).rpartition(b"\n")
        if end:
            yield whole + end
        carry = rest
        if len(carry) > longest:
            # Filled up, so that no character is cut in two, and the line is still too long.
            carry, is_cut = b"x" * (longest + 1), True
    if carry:
        yield carry + b"\n"


def bounded_lines(
    stream: BinaryIO, longest: int, *, told: Callable[[int], None] | None = None
) -> Iterator[Line]:
    """The lines of a stream, each cut at `longest` bytes; `told` hears how many bytes are read."""
    carry, is_cut = b"", False
    while block := stream.read(BLOCK_BYTES):
        if told is not None:
            told(len(block))
        *whole, rest = block.split(b"\n")
        if whole:
            yield _line(carry if is_cut else carry + whole[0], is_cut, longest)
            carry, is_cut = b"", False
        for text in islice(whole, 1, None):
            yield _line(text, False, longest)
        if not is_cut:
            carry += rest
            if len(carry) > longest + 1:
                carry, is_cut = carry[:longest], True
    if carry:
        yield _line(carry, is_cut, longest)


def _line(text: bytes, is_cut: bool, longest: int) -> Line:
    if text.endswith(b"\r"):
        text = text[:-1]
    return Line(text[:longest], is_cut or len(text) > longest)
