"""What a JetStream log keeps beside its hits: those that were buried, and how many were trimmed."""

from __future__ import annotations

import asyncio

import msgspec
from nats.aio.client import Client
from nats.js import api
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue

from footfall.kit import now, to_ms
from footfall.model import BuryReason, RawHit
from footfall.rawlog.contract import Buried
from footfall.rawlog.nats_link import NatsLink
from footfall.rawlog.payload import encode

_decode = msgspec.msgpack.Decoder(Buried).decode


class Kept:
    """A bucket of keys and values, with as many copies as the log has."""

    def __init__(self, link: NatsLink, name: str) -> None:
        self._link = link
        self._bucket = f"{name}-kept"
        self._hits_before: dict[int, int] = {}

    async def create(self, client: Client, copies: int) -> None:
        await client.jetstream().create_key_value(
            bucket=self._bucket, storage=api.StorageType.FILE, replicas=copies
        )

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None:
        buried = Buried(
            offset=offset, reason=reason, buried_at_ms=to_ms(now()), replayed_at_ms=None, hit=hit
        )

        async def create(client: Client) -> None:
            try:
                await (await self._open(client)).create(f"buried.{offset}", encode(buried))
            except KeyWrongLastSequenceError:
                return  # it is buried already, and stays as it is

        self._link.ask(create)

    def list_buried(self, limit: int, before: int | None) -> list[Buried]:
        """The newest first."""
        offsets = sorted(self._list_numbers("buried"), reverse=True)
        chosen = [each for each in offsets if before is None or each < before][:limit]

        async def get(client: Client) -> list[bytes]:
            bucket = await self._open(client)
            entries = await asyncio.gather(*(bucket.get(f"buried.{each}") for each in chosen))
            return [entry.value or b"" for entry in entries]

        return [_decode(value) for value in self._link.ask(get)]

    def find_buried(self, offset: int) -> Buried | None:
        async def get(client: Client) -> Buried | None:
            try:
                entry = await (await self._open(client)).get(f"buried.{offset}")
            except KeyNotFoundError:
                return None
            return _decode(entry.value or b"")

        return self._link.ask(get)

    def mark_replayed(self, buried: Buried) -> None:
        replayed = msgspec.structs.replace(buried, replayed_at_ms=to_ms(now()))
        self._put(f"buried.{buried.offset}", encode(replayed))

    def note_trimmed(self, sequence: int, hits: int) -> None:
        """So many hits were in the messages before this one."""
        self._put(f"trimmed.{sequence}", b"%d" % hits)

    def count_trimmed(self, first: int) -> int:
        """The hits before the log's first message; for one message it is the same for ever."""
        if first <= 1:
            return 0
        if first not in self._hits_before:
            # A note may be of messages that are still there: it was written before they went.
            noted = max(each for each in self._list_numbers("trimmed") if each <= first)

            async def get(client: Client) -> int:
                entry = await (await self._open(client)).get(f"trimmed.{noted}")
                return int(entry.value or b"0")

            self._hits_before[first] = self._link.ask(get)
        return self._hits_before[first]

    def _put(self, key: str, value: bytes) -> None:
        async def put(client: Client) -> None:
            await (await self._open(client)).put(key, value)

        self._link.ask(put)

    async def _open(self, client: Client) -> KeyValue:
        return await client.jetstream().key_value(self._bucket)

    def _list_numbers(self, kind: str) -> list[int]:
        prefix = f"$KV.{self._bucket}.{kind}."
        state = self._link.read_state(f"KV_{self._bucket}", f"{prefix}*")
        return [int(subject.removeprefix(prefix)) for subject in state.get("subjects") or {}]
