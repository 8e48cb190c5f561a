"""A request of a log in, whether somebody looked at a page out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache

from footfall.imports.log_lines import Request

STATUSES = (200, 304)
# What pages are made of, and what is fetched by name rather than looked at.
ASSETS = frozenset(
    (
        *("avif", "bmp", "cur", "gif", "ico", "jpeg", "jpg", "jxl", "png", "svg", "tif", "webp"),
        *("css", "js", "mjs", "map", "wasm", "scss", "less", "eot", "otf", "ttf", "woff", "woff2"),
        *("json", "xml", "txt", "csv", "yaml", "yml", "rss", "atom", "webmanifest", "manifest"),
        *("mp3", "mp4", "m4a", "m4s", "m3u8", "mov", "mpd", "ogg", "ogv", "wav", "weba", "webm"),
        *("zip", "gz", "tar", "tgz", "bz2", "xz", "7z", "rar", "exe", "dmg", "apk", "deb", "iso"),
        *("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "bin", "sql", "bak", "env", "log"),
    )
)
# Doors of programs, which answer 200 and show nothing.
TECHNICAL = (
    *("/.*", "/api/*", "/wp-json/*", "/wp-admin/*", "/wp-cron.php", "/wp-login.php"),
    *("/xmlrpc.php", "/cgi-bin/*", "/server-status*", "/nginx_status*", "/healthz*", "/metrics"),
)


class PageRule:
    """GET of something that is no asset, answered well, and not at an address to be skipped."""

    def __init__(self, statuses: Sequence[int] = STATUSES, skipped: Sequence[str] = ()) -> None:
        self._statuses = frozenset(statuses)
        patterns = "|".join(translate(pattern) for pattern in (*TECHNICAL, *skipped))
        self._is_skipped = lru_cache(maxsize=50_000)(re.compile(patterns).match)

    def is_page(self, request: Request) -> bool:
        if request.method != "GET" or request.status not in self._statuses:
            return False
        path = request.target.partition("?")[0]
        name = path[path.rfind("/") + 1 :]
        if "." in name and name.rpartition(".")[2].lower() in ASSETS:
            return False
        return self._is_skipped(path) is None
