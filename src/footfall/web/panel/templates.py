"""The template environment: autoescaped, strict about missing names, with the panel's words."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from footfall import __version__
from footfall.web.panel import words

WEB = Path(__file__).parent.parent
FOLDERS = (WEB / "static" / "build", WEB / "static" / "panel")


def make_templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (
        words.number,
        words.money,
        words.duration,
        words.ago,
        words.exact,
        words.clock,
        words.day,
        words.country,
        words.flag,
        words.place,
        words.device,
        words.touchpoint,
        words.event_kind,
        words.organisation_kind,
        words.claim_kind,
        words.change,
        words.capitalize_first,
        words.page_link,
    )
    environment.filters.update({filter_.__name__: filter_ for filter_ in filters})
    environment.globals.update(
        version=__version__,
        asset=_Assets(),
        engaged_after=words.engaged_after,
        is_wholly_before=words.is_wholly_before,
        learnt_at=words.learnt_at,
    )
    return environment


class _Assets:
    """Addresses that change with the file, so that browsers may keep it for ever."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if name not in self._known:
            found = next((folder / name for folder in FOLDERS if (folder / name).exists()), None)
            mark = sha256(found.read_bytes()).hexdigest()[:10] if found else "missing"
            self._known[name] = f"/assets/{name}?v={mark}"
        return self._known[name]
