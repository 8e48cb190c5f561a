"""Who-is-who the slow way: a plain model of the identity rules to hold the real ledger against.

It knows lists and dictionaries only. Time is counted in whole minutes, and each minute asks
again who holds the browser, so nothing here can share a mistake with the fold in ``resolve``.
"""

from __future__ import annotations

from typing import Any

WEAKEST_FIRST = ["mail_link", "manual_link", "form", "plugin", "api", "login", "confirmed"]
LINKS = ["mail_link", "manual_link"]


class PlainIdentity:
    def __init__(self) -> None:
        self.claims: list[dict[str, Any]] = []
        self.merges: list[dict[str, Any]] = []

    def claim(self, visitor: str, contact: str, kind: str, minute: int) -> bool:
        """Whether it is written down: what was said last about a browser is not said again."""
        said = {"visitor": visitor, "contact": contact, "kind": kind, "minute": minute}
        for earlier in reversed(self._said_of(visitor)):
            if earlier["minute"] <= minute:
                if earlier["contact"] != contact:
                    break
                if earlier["kind"] == kind:
                    return False
        number = len(self.claims)
        self.claims.append({**said, "number": number, "confirmed": None, "is_revoked": False})
        return True

    def revoke(self, number: int) -> None:
        self.claims[number]["is_revoked"] = True

    def confirm(self, number: int, minute: int) -> None:
        if self.claims[number]["confirmed"] is None:
            self.claims[number]["confirmed"] = minute

    def merge(self, loser: str, survivor: str) -> bool:
        loser, survivor = self.person(loser), self.person(survivor)
        if loser == survivor:
            return False
        self.merges.append({"loser": loser, "survivor": survivor, "is_undone": False})
        return True

    def unmerge(self, number: int) -> None:
        self.merges[number]["is_undone"] = True

    def erase(self, contacts: list[str]) -> None:
        for claim in self.claims:
            if claim["contact"] in contacts:
                claim["is_revoked"] = True

    def person(self, contact: str) -> str:
        for merge in self.merges:
            if merge["loser"] == contact and not merge["is_undone"]:
                return self.person(merge["survivor"])
        return contact

    def spans(self, visitor: str) -> list[tuple[str, int | None, int | None]]:
        """(person, from minute, until minute); None is for ever."""
        owners = self._live(visitor)[0]
        spans: list[tuple[str, int | None, int | None]] = []
        for minute, owner in owners:
            if spans and spans[-1][0] == owner:
                continue
            if spans:
                spans[-1] = (spans[-1][0], spans[-1][1], minute)
            spans.append((owner, minute, None))
        return spans

    def conflicts(self, visitor: str) -> dict[int, str]:
        """The number of each link that did not count, and who held the browser then."""
        return self._live(visitor)[1]

    def _said_of(self, visitor: str) -> list[dict[str, Any]]:
        said = [c for c in self.claims if c["visitor"] == visitor and not c["is_revoked"]]
        return sorted(said, key=lambda claim: (claim["minute"], claim["number"]))

    def _live(self, visitor: str) -> tuple[list[tuple[int | None, str]], dict[int, str]]:
        """Live through the browser's life, minute by minute."""
        said = self._said_of(visitor)
        owners: list[tuple[int | None, str]] = []
        disputed: dict[int, str] = {}
        holder, held_by = "", -1
        last = max([0, *(c["minute"] for c in said), *(c["confirmed"] or 0 for c in said)])
        for minute in range(last + 1):
            for claim in sorted(said, key=lambda claim: claim["number"]):
                person = self.person(claim["contact"])
                if claim["minute"] == minute:
                    rank = WEAKEST_FIRST.index(claim["kind"])
                    if holder == "":
                        owners.append((None, person))  # the anonymous past
                        holder, held_by = person, rank
                    elif person == holder:
                        held_by = max(held_by, rank)
                    elif claim["kind"] in LINKS and rank < held_by:
                        disputed[claim["number"]] = holder
                    else:
                        holder, held_by = person, rank
                is_sure = claim["confirmed"] is not None
                if is_sure and max(claim["confirmed"], claim["minute"]) == minute:
                    was_disputed = disputed.pop(claim["number"], None) is not None
                    if was_disputed or person == holder:
                        holder, held_by = person, WEAKEST_FIRST.index("confirmed")
            if holder:
                owners.append((minute, holder))
        return owners, disputed
