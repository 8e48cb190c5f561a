"""The raw log of a cluster: a JetStream stream of three copies, one message for a group of hits.

The stream numbers the messages, whoever publishes them. The hits of message 7 have the offsets
7000, 7001, …: in the order of the log and never used twice, with holes between messages. How many
hits a message holds is the last word of its subject, so that the servers can count them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count as count_up
from typing import Any

from nats.aio.client import Client
from nats.js import api
from nats.js.errors import APIError, NotFoundError

from footfall.kit import NotFound, make_uuid
from footfall.kit.errors import Unavailable
from footfall.model import BuryReason, RawHit
from footfall.rawlog.contract import Buried
from footfall.rawlog.kept import Kept
from footfall.rawlog.nats_link import NatsLink
from footfall.rawlog.payload import decode_group, encode

log = logging.getLogger(__name__)

MESSAGE_HITS = 1_000
# Two waiting fsyncs and a quorum take milliseconds; a door waits no longer before it spools.
PUBLISH_SECONDS = 1.0
# A message that comes again within this time is known by its id. Later, the door asks.
DUPLICATE_SECONDS = 600
# What one request may bring into memory.
FETCH_MESSAGES = 1_000
FETCH_BYTES = 16 << 20
MESSAGE_BYTES = 1 << 20
# JetStream's own numbers of errors.
NOT_A_CLUSTER = 10_074
NAME_IN_USE = 10_058

_ID = "Nats-Msg-Id"


@dataclass(frozen=True)
class _Message:
    sequence: int
    hits: int
    payload: bytes


class JetStreamLog:
    """Any number of processes may append and read at once."""

    def __init__(self, url: str, name: str = "footfall") -> None:
        self._name = name
        self._link = NatsLink(url)
        self._kept = Kept(self._link, name)
        self._epoch = ""
        self._door = make_uuid()
        self._numbers = count_up(1)
        self._hits_per_message = 100.0

    @property
    def epoch(self) -> str:
        self.prepare()
        return self._epoch

    def prepare(self) -> None:
        """Find the stream, or create it, once. Raise Unavailable."""
        if not self._epoch:
            self._epoch = self._link.ask(self._find_epoch)

    def append(self, hits: Sequence[RawHit]) -> None:
        """Raise Unavailable when the servers do not confirm; they may have the hits or not."""
        for group in split(hits):
            self.publish(self._door, next(self._numbers), group)

    def publish(self, door: str, number: int, hits: Sequence[RawHit]) -> None:
        """Return when most copies are on disk. The same number again changes nothing."""
        self.prepare()
        subject = f"{self._name}.hits.{door}.{len(hits)}"
        headers = {_ID: f"{door}-{number}"}
        payload = encode(hits)

        async def send(client: Client) -> None:
            await client.jetstream().publish(subject, payload, PUBLISH_SECONDS, self._name, headers)

        self._link.ask(send, PUBLISH_SECONDS)

    def find_last_number(self, door: str) -> int:
        """The number of what this door last published; 0 when nothing is there."""
        self.prepare()
        subject = f"{self._name}.hits.{door}.*"

        async def find(client: Client) -> int:
            try:
                message = await client.jsm().get_msg(self._name, subject=subject)
            except NotFoundError:
                return 0
            message_id = str((message.headers or {})[_ID])
            return int(message_id.rpartition("-")[2])

        return self._link.ask(find)

    def read(self, start: int, limit: int, until: int | None = None) -> list[tuple[int, RawHit]]:
        """The hits from ``start`` on and before ``until``, at most ``limit``; empty at the end."""
        found: list[tuple[int, RawHit]] = []
        sequence, last = max(1, start // MESSAGE_HITS), (until or 1 << 62) // MESSAGE_HITS
        while len(found) < limit and sequence <= last:
            wanted = int((limit - len(found)) / self._hits_per_message) + 1
            messages = self._fetch(sequence, min(wanted, last - sequence + 1, FETCH_MESSAGES))
            if not messages:
                break
            for message in messages:
                first = message.sequence * MESSAGE_HITS
                skipped = max(0, start - first)
                found += enumerate(decode_group(message.payload)[skipped:], first + skipped)
            sequence = messages[-1].sequence + 1
            self._hits_per_message = sum(message.hits for message in messages) / len(messages)
        if until is not None:
            found = [pair for pair in found if pair[0] < until]
        return found[:limit]

    def read_newest(self, limit: int) -> list[tuple[int, RawHit]]:
        end, messages = self.end(), 1 + int(limit / self._hits_per_message)
        while True:
            start = max(0, end - messages * MESSAGE_HITS)
            found = self.read(start, messages * MESSAGE_HITS, until=end)
            if len(found) >= limit or not start:
                return found[-limit:]
            messages *= 4

    def end(self) -> int:
        return (int(self._read_state()["last_seq"]) + 1) * MESSAGE_HITS

    def count(self) -> int:
        state = self._read_state(f"{self._name}.hits.>")
        sizes = state.get("subjects") or {}
        held = sum(_size(subject) * messages for subject, messages in sizes.items())
        return self._kept.count_trimmed(int(state["first_seq"])) + int(held)

    def received_at_ms(self, start: int) -> int | None:
        hits = self.read(start, 1)
        return hits[0][1].received_at_ms if hits else None

    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None:
        self.prepare()
        self._kept.bury(offset, reason, hit)

    def list_buried(self, limit: int = 100, before: int | None = None) -> list[Buried]:
        self.prepare()
        return self._kept.list_buried(limit, before)

    def replay(self, offset: int) -> None:
        self.prepare()
        buried = self._kept.find_buried(offset)
        if buried is None:
            raise NotFound(f"nothing is buried at offset {offset}")
        self.append([buried.hit])
        self._kept.mark_replayed(buried)

    def trim(self, before: int) -> int:
        """Forget groups that end before this offset; return how many. The count stays."""
        first, last = int(self._read_state()["first_seq"]), before // MESSAGE_HITS
        if last <= first:
            return 0
        hits, sequence = self._kept.count_trimmed(first), first
        while sequence < last:
            messages = self._fetch(sequence, min(last - sequence, FETCH_MESSAGES))
            hits += sum(message.hits for message in messages)
            sequence += len(messages)
        # Noted before they go: a crash between the two leaves a note for later.
        self._kept.note_trimmed(last, hits)
        self._link.ask(lambda client: client.jsm().purge_stream(self._name, seq=last))
        return last - first

    def close(self) -> None:
        self._link.close()

    async def _find_epoch(self, client: Client) -> str:
        try:
            info = await client.jsm().stream_info(self._name)
        except NotFoundError:
            info = await self._create(client)
        await self._kept.create(client, info.config.num_replicas or 1)
        return (info.config.metadata or {})["epoch"]

    async def _create(self, client: Client) -> api.StreamInfo:
        config = api.StreamConfig(
            name=self._name,
            subjects=[f"{self._name}.hits.>"],
            storage=api.StorageType.FILE,
            num_replicas=3,
            duplicate_window=DUPLICATE_SECONDS,
            deny_delete=True,
            allow_direct=True,
            metadata={"epoch": make_uuid()},
        )
        try:
            return await _add_stream(client, config)
        except APIError as error:
            # Only of a server that is alone: too few of a cluster may be there a moment later.
            if error.err_code != NOT_A_CLUSTER:
                raise
        log.warning("one NATS server alone: the raw log has a single copy")
        return await _add_stream(client, config.evolve(num_replicas=1))

    def _read_state(self, subjects: str = "") -> dict[str, Any]:
        self.prepare()
        return self._link.read_state(self._name, subjects)

    def _fetch(self, sequence: int, most: int) -> list[_Message]:
        """Messages from this one on. Raise Unavailable if the copy that answers lacks some."""
        self.prepare()
        messages = self._link.ask(lambda client: self._fetch_batch(client, sequence, most))
        expected = sequence
        if messages and messages[0].sequence != sequence:
            # What stood before the log's first message was trimmed.
            expected = max(sequence, int(self._read_state()["first_seq"]))
        for message in messages:
            # A copy may be behind; what it lacks must never be taken for what is not there.
            if message.sequence != expected:
                raise Unavailable(f"the copy of the log that answered lacks message {expected}")
            expected += 1
        return messages

    async def _fetch_batch(self, client: Client, sequence: int, most: int) -> list[_Message]:
        """https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-31.md"""
        request = {"seq": sequence, "batch": most, "max_bytes": FETCH_BYTES, "next_by_subj": ">"}
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        messages: list[_Message] = []
        try:
            subject = f"$JS.API.DIRECT.GET.{self._name}"
            await client.publish(subject, json.dumps(request).encode(), reply=inbox)
            while True:
                answer = await answers.next_msg(timeout=PUBLISH_SECONDS)
                headers = answer.headers or {}
                if not answer.data:
                    break  # the batch is complete, or there is nothing at all
                sequence, hits = int(headers["Nats-Sequence"]), _size(headers["Nats-Subject"])
                messages.append(_Message(sequence, hits, answer.data))
        finally:
            await answers.unsubscribe()
        return messages


async def _add_stream(client: Client, config: api.StreamConfig) -> api.StreamInfo:
    try:
        return await client.jsm().add_stream(config)
    except APIError as error:
        if error.err_code != NAME_IN_USE:
            raise
        return await client.jsm().stream_info(str(config.name))  # another process was faster


def split(hits: Sequence[RawHit]) -> Iterator[Sequence[RawHit]]:
    """Groups that fit into a message each; a hit larger than that travels alone."""
    start = size = 0
    for index, hit in enumerate(hits):
        added = len(hit.query) + len(hit.body)
        if index > start and (size + added > MESSAGE_BYTES or index - start == MESSAGE_HITS):
            yield hits[start:index]
            start, size = index, 0
        size += added
    if start < len(hits):
        yield hits[start:]


def _size(subject: str) -> int:
    return int(subject.rpartition(".")[2])
