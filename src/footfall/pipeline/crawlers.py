"""A user agent in, the piece of it that a list of 1,500 known machines recognises out.

Nearly every pattern of the list is plain text, and every other one contains some. So each
is filed under three letters that it cannot match without: a string that has none of these
triples matches nothing, and one that has meets only the patterns filed there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

import crawleruseragents

_Triple = tuple[str, str, str]

# Triples that people's browsers are full of find nothing out: file patterns under others.
_EVERYDAY = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0 OPR/117.0.0.0 Vivaldi/7.0 YaBrowser/24.12 "
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) Version/17.5 Mobile/15E148 "
    "Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A; wv) SamsungBrowser/27.0 Instagram "
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0 CriOS FxiOS "
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) [FBAN/FBIOS;FBAV/470.0;FBLC/pl_PL] GSA/344.0 "
    "MicroMessenger/8.0 NetType/WIFI Language/ musical_ly BytedanceWebview/ Pinterest for Android"
)


class _Filed(NamedTuple):
    """A pattern with its place in the list. ``pattern`` None: it is the plain ``text``."""

    position: int
    text: str
    pattern: re.Pattern[str] | None


def find_crawler(user_agent: str) -> str | None:
    """What the list's first pattern at the leftmost place matches; None for no machine."""
    by_triple, always = _file_patterns()
    met = by_triple.keys() & set(zip(user_agent, user_agent[1:], user_agent[2:], strict=False))
    best: tuple[int, int, str] | None = None
    for filed in [*always, *(filed for triple in met for filed in by_triple[triple])]:
        found = _search(filed, user_agent)
        if found is not None and (best is None or found < best):
            best = found
    return None if best is None else best[2]


def _search(filed: _Filed, user_agent: str) -> tuple[int, int, str] | None:
    if filed.pattern is None:
        at = user_agent.find(filed.text)
        return None if at < 0 else (at, filed.position, filed.text)
    found = filed.pattern.search(user_agent)
    return None if found is None else (found.start(), filed.position, found.group(0))


@cache
def _file_patterns() -> tuple[dict[_Triple, list[_Filed]], list[_Filed]]:
    by_triple: dict[_Triple, list[_Filed]] = defaultdict(list)
    always: list[_Filed] = []
    everyday = set(zip(_EVERYDAY, _EVERYDAY[1:], _EVERYDAY[2:], strict=False))
    for position, entry in enumerate(crawleruseragents.CRAWLER_USER_AGENTS_DATA):
        written = entry["pattern"]
        text = read_plain_text(written)
        filed = _Filed(position, text or "", None if text else re.compile(written))
        needed = [text] if text else [find_needed_text(b) for b in split_branches(written)]
        if all(len(piece) >= 3 for piece in needed):
            for piece in needed:
                by_triple[_choose_triple(piece, everyday)].append(filed)
        else:
            always.append(filed)
    return dict(by_triple), always


def _choose_triple(text: str, everyday: set[_Triple]) -> _Triple:
    triples = list(zip(text, text[1:], text[2:], strict=False))
    return next((triple for triple in triples if triple not in everyday), triples[0])


def read_plain_text(pattern: str) -> str | None:
    """The text that the pattern stands for, if it stands for exactly one."""
    if _SPECIAL.search(_ESCAPED.sub("", pattern)) or _CLASS.search(pattern):
        return None
    return _ESCAPED.sub(r"\1", pattern)


def split_branches(pattern: str) -> list[str]:
    """The alternatives of the whole pattern; those within a group are not split."""
    return _GROUP.sub("()", pattern).split("|")


def find_needed_text(branch: str) -> str:
    """The longest plain text without which the branch matches nothing; "" if not sure."""
    branch = _OPTIONAL.sub("\0", branch)
    if _CLASS.search(branch.replace("\0", "")) or _UNSURE.search(_ESCAPED.sub("", branch)):
        return ""
    pieces = re.split("[\0^$]", _ESCAPED.sub(r"\1", branch))
    return max(pieces, key=len)


_GROUP = re.compile(r"\([^()]*\)")
_ESCAPED = re.compile(r"\\([^a-zA-Z0-9])")
_CLASS = re.compile(r"\\[a-zA-Z0-9]")
_SPECIAL = re.compile(r"[\[\](){}|*+?.^$\\]")
# Groups and sets, repeated or not, match something else each time: the text ends there.
_OPTIONAL = re.compile(r"(?:\(\)|\[[^\]]*\]|\\[dDsSwW]|(?<!\\)\.)[*+?]?")
_UNSURE = re.compile(r"[\[\](){}|*+?\\]")
