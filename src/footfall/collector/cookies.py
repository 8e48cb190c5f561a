"""Server-set first-party cookies: renew what the browser sent, once a day.

Browsers cap cookies written by scripts at a week; one set by the site's own host lives its
full life. That the browser sent ``smuuid`` at all shows that this host is first-party.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_RENEWED = re.compile(r"(?:^|;\s*)(smuuid|smclient)=([0-9a-f-]{16,80})(?=;|$)")
_CODE = re.compile(r"(?:^|&)smid=([a-z0-9]{1,64})(?=&|$)")
_MARKER = re.compile(r"(?:^|;\s*)smsrv=1(?=;|$)")
DAY_SECONDS = 86_400


class CookieRules(NamedTuple):
    """How an account wants its cookies: their lives, and the domain that they are for."""

    days: Mapping[str, float]
    domain: str = ""


FindRules = Callable[[str], CookieRules | None]


def renew_cookies(
    cookie: str, query: str, is_secure: bool, find_rules: FindRules
) -> list[tuple[str, str]]:
    """``Set-Cookie`` headers for this request; none when they were renewed today.

    None either for a code that is no account's: whose lives should they have?
    """
    if "smuuid=" not in cookie or _MARKER.search(cookie):
        return []
    found = dict(_RENEWED.findall(cookie))
    code = _CODE.search(query)
    rules = find_rules(code.group(1)) if code and "smuuid" in found else None
    if rules is None:
        return []
    tail = "; Path=/; SameSite=Lax" + ("; Secure" if is_secure else "")
    # With another domain than the script's there would be two cookies of one name.
    domain = f"; Domain={rules.domain}" if rules.domain else ""
    lives = [(name, value, rules.days[name], domain) for name, value in found.items()]
    return [
        ("set-cookie", f"{name}={value}; Max-Age={round(days * DAY_SECONDS)}{scope}{tail}")
        for name, value, days, scope in [*lives, ("smsrv", "1", 1, "")]
    ]
