"""Small mmdb files, packed as their makers pack them, and a web server that gives them out."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

GDANSK = {
    "country": {"iso_code": "PL", "names": {"en": "Poland"}},
    "city": {"names": {"en": "Gdańsk"}},
    "location": {"latitude": 54.3, "longitude": 18.6, "accuracy_radius": 5},
}
LODZ = {"country_code": "PL", "city": "Łódź", "state1": "Łódź Voivodeship"}
ORANGE = {"autonomous_system_number": 5617, "autonomous_system_organization": "Orange Polska"}


def write_mmdb(
    path: Path,
    record: Mapping[str, Any] = GDANSK,
    network: str = "192.0.2.0/24",
    kind: str = "City",
) -> bytes:
    """An mmdb file of one network, of the protocol that the network is of."""
    writer = MMDBWriter(6 if ":" in network else 4, kind)
    writer.insert_network(IPSet([network]), dict(record))
    writer.to_db_file(str(path))
    return path.read_bytes()


def pack_tar(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def pack_zip(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def pack_bomb(size: int) -> bytes:
    return gzip.compress(bytes(size), 9)


class Site:
    """What the server gives out by path, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.told_lengths: dict[str, int] = {}
        self.asked: list[tuple[str, str]] = []  # path, authorisation


@contextmanager
def serve_files() -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server.site = Site(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.site  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        site.asked.append((self.path, self.headers.get("Authorization", "")))
        body = site.files.get(self.path)
        if self.path in site.moved:
            self.send_response(302)
            self.send_header("Location", site.moved[self.path])
            body = b""
        else:
            self.send_response(404 if body is None else 200)
        body = body or b""
        self.send_header("Content-Length", str(site.told_lengths.get(self.path, len(body))))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Tests print nothing."""
