"""The bytes of a Native block, written out by hand."""

from __future__ import annotations

import pytest

from footfall.events.block import Column, pack_block


def test_block_begins_with_its_shape() -> None:
    block = pack_block([Column("n", "UInt8", [7, 8])])

    assert block == b"\x01\x02" + b"\x01n" + b"\x05UInt8" + b"\x07\x08"


@pytest.mark.parametrize(
    ("kind", "value", "packed"),
    [
        ("UInt8", True, b"\x01"),
        ("UInt32", 1, b"\x01\0\0\0"),
        ("UInt64", 2**64 - 1, b"\xff" * 8),
        ("Int64", -1, b"\xff" * 8),
        ("Float64", 1.0, b"\0\0\0\0\0\0\xf0\x3f"),
        ("String", "", b"\0"),
        ("String", "ł\0", b"\x03\xc5\x82\0"),
        ("String", "\ud800", b"\x01?"),
    ],
)
def test_values_are_packed_by_kind(kind: str, value: object, packed: bytes) -> None:
    block = pack_block([Column("n", kind, [value])])

    assert block.endswith(kind.encode() + packed)


@pytest.mark.parametrize(
    ("length", "packed"),
    [(127, b"\x7f"), (128, b"\x80\x01"), (16_384, b"\x80\x80\x01")],
)
def test_lengths_take_seven_bits_a_byte(length: int, packed: bytes) -> None:
    block = pack_block([Column("n", "Bytes", [b"x" * length])])

    assert block == b"\x01\x01\x01n\x06String" + packed + b"x" * length


def test_repeated_text_is_packed_each_time() -> None:
    block = pack_block([Column("n", "String", ["ab", "c", "ab"])])

    assert block.endswith(b"\x02ab\x01c\x02ab")


def test_too_large_number_is_refused() -> None:
    with pytest.raises(OverflowError):
        pack_block([Column("n", "UInt32", [2**32])])
