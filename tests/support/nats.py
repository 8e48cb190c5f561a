"""Real NATS servers on loopback: one for quick tests, three that elect a leader for the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tests.support.door_process import find_free_port
from tests.support.installation import wait_for

PROGRAM = Path(sys.executable).with_name("nats-server")
START_SECONDS = 30.0
MAX_PAYLOAD = "8MB"
CONFIG = """
server_name: {name}
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{http_port}"
max_payload: {max_payload}
jetstream {{ store_dir: "{folder}", sync_interval: always }}
"""
ROUTES = """
cluster {{ name: footfall, listen: "127.0.0.1:{cluster_port}", routes: [{routes}] }}
"""


@dataclass
class NatsNode:
    """One server; it keeps its ports and its files when it is started again."""

    name: str
    folder: Path
    port: int = field(default_factory=find_free_port)
    http_port: int = field(default_factory=find_free_port)
    cluster_port: int = field(default_factory=find_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self, peers: list[NatsNode]) -> None:
        text = CONFIG.format(
            name=self.name,
            port=self.port,
            http_port=self.http_port,
            max_payload=MAX_PAYLOAD,
            folder=self.folder,
        )
        if len(peers) > 1:
            routes = ", ".join(f'"nats://127.0.0.1:{peer.cluster_port}"' for peer in peers)
            text += ROUTES.format(cluster_port=self.cluster_port, routes=routes)
        config = self.folder.with_suffix(".conf")
        config.write_text(text)
        log = self.folder.with_suffix(".log")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(PROGRAM), "-c", str(config)], stdout=output, stderr=output
            )

    def kill(self) -> None:
        """As the kernel does it: no last words."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        """It keeps its connections, and answers nobody."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGCONT)

    def is_ready(self) -> bool:
        """Whether it would take a message: for a cluster, once there is a leader."""
        with (
            suppress(OSError),
            urlopen(f"http://127.0.0.1:{self.http_port}/healthz", timeout=2) as answer,
        ):
            return bool(json.load(answer)["status"] == "ok")
        return False


@dataclass
class NatsCluster:
    nodes: list[NatsNode]

    @property
    def url(self) -> str:
        return ",".join(node.url for node in self.nodes)

    def start(self, node: NatsNode) -> None:
        node.start(self.nodes)

    def wait_until_ready(self) -> None:
        running = [node for node in self.nodes if node.process is not None]
        wait_for(lambda: all(node.is_ready() for node in running), START_SECONDS)

    def find_leader(self, stream: str) -> NatsNode:
        """The node that leads the stream now."""
        return wait_for(lambda: self._ask_leader(stream), START_SECONDS)

    def _ask_leader(self, stream: str) -> NatsNode | None:
        for node in self.nodes:
            address = f"http://127.0.0.1:{node.http_port}/jsz?streams=1"
            with suppress(OSError, KeyError), urlopen(address, timeout=2) as answer:
                for account in json.load(answer)["account_details"]:
                    for detail in account.get("stream_detail", ()):
                        if detail["name"] == stream:
                            leader = detail["cluster"]["leader"]
                            return next(n for n in self.nodes if n.name == leader)
        return None


@contextmanager
def start_nats(nodes: int = 1) -> Iterator[NatsCluster]:
    """Ready when this hands it out; stopped at the end."""
    with ExitStack() as stack:
        # Not pytest's folder: three tests' journals at once fill a small disk.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nats")))
        cluster = NatsCluster([NatsNode(f"n{n}", folder / f"n{n}") for n in range(nodes)])
        for node in cluster.nodes:
            cluster.start(node)
            stack.callback(node.kill)
        cluster.wait_until_ready()
        yield cluster
