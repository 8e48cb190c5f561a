"""Known referring sites: a host in, what kind of place it is and where its phrase stands out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from footfall.model import Channel
from footfall.pipeline.query import read_pairs, unquote

# What "{}" stands for in the facts: a country's domain, also in two parts (co.uk, com.pl).
_COUNTRY = r"(?:(?:co|com)\.)?[a-z]{2,3}"


class Source(NamedTuple):
    """A site that visitors come from. ``parameters``: names, or patterns written /like this/."""

    name: str
    channel: Channel
    parameters: tuple[str, ...] = ()


@lru_cache(maxsize=20_000)
def find_source(host: str, path: str = "/") -> Source | None:
    """The known source at this host; some are known by the beginning of their path too."""
    name = host.lower().removeprefix("www.")
    exact, patterns, with_path = _load()
    for known_host, known_path, source in with_path:
        if name == known_host and path.startswith(known_path):
            return source
    if name in exact:
        return exact[name]
    for pattern, source in patterns:
        if pattern.fullmatch(name):
            return source
    # m.facebook.com and pl.pinterest.com are what facebook.com and pinterest.com are,
    # but mail.google.com is no search engine: only social networks are found by subdomain.
    parent = name.partition(".")[2]
    found = exact.get(parent) if parent.count(".") else None
    return found if found and found.channel is not Channel.SEARCH else None


@cache
def find_assistant_named(utm_source: str) -> Source | None:
    """Assistants tag their links with their own host as utm_source."""
    source = find_source(utm_source)
    return source if source and source.channel is Channel.ASSISTANT else None


def find_phrase(source: Source, path: str, query: str) -> str | None:
    """What was searched for; None when the engine keeps it to itself."""
    values = dict(reversed(read_pairs(query)))  # of a repeated parameter the first counts
    for parameter in source.parameters:
        if parameter.startswith("/"):
            found = _pattern(parameter).search(f"{path}?{query}")
            phrase = unquote(found.group(1)) if found and found.groups() else ""
        else:
            phrase = values.get(parameter, "")
        if phrase.strip():
            return phrase.strip()[:255]
    return None


@cache
def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written.strip("/").replace("\\/", "/"))


_PathRule = tuple[str, str, Source]


@cache
def _load() -> tuple[
    Mapping[str, Source], Sequence[tuple[re.Pattern[str], Source]], Sequence[_PathRule]
]:
    text = files("footfall.pipeline").joinpath("sources.toml").read_text("utf-8")
    exact: dict[str, Source] = {}
    patterns: list[tuple[re.Pattern[str], Source]] = []
    with_path: list[_PathRule] = []
    # An assistant that also counts as an engine is an assistant: the first one wins.
    for channel in (Channel.ASSISTANT, Channel.SOCIAL, Channel.SEARCH):
        for entry in tomllib.loads(text)[channel.value]:
            for address in entry["hosts"]:
                host, slash, path = address.removeprefix("www.").partition("/")
                source = _source(entry, channel)
                if "{}" in host:
                    pattern = re.escape(host).replace(re.escape("{}"), _COUNTRY)
                    patterns.append((re.compile(pattern), source))
                elif slash:
                    with_path.append((host, slash + path, source))
                else:
                    exact.setdefault(host, source)
    return exact, patterns, with_path


def _source(entry: Mapping[str, Any], channel: Channel) -> Source:
    return Source(entry["name"], channel, tuple(entry.get("parameters", ())))
