"""Groups of raw hits to bytes and back: the same in a row, in a message and in the spool."""

from __future__ import annotations

import msgspec

from footfall.model import RawHit

encode = msgspec.msgpack.Encoder().encode
decode_group = msgspec.msgpack.Decoder(list[RawHit]).decode
decode_hit = msgspec.msgpack.Decoder(RawHit).decode
