"""Server-set first-party cookies: renew what the browser sent, once a day.

Browsers cap cookies written by scripts at a week; one set by the site's own host lives its
full life. That the browser sent ``smuuid`` at all shows that this host is first-party.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_RENEWED = re.compile(r"(?:^|;\s*)(smuuid|smclient)=([0-9a-f-]{16,80})(?=;|$)")
_CODE = re.compile(r"(?:^|&)smid=([a-z0-9]{1,64})(?=&|$)")
_MARKER = re.compile(r"(?:^|;\s*)smsrv=1(?=;|$)")
DAY_SECONDS = 86_400


def renew_cookies(
    cookie: str, query: str, is_secure: bool, cookie_days: Callable[[str], dict[str, float]]
) -> list[tuple[str, str]]:
    """``Set-Cookie`` headers for this request; none when they were renewed today.

    Without a code in the query (a batch) the default lives are used.
    """
    if "smuuid=" not in cookie or _MARKER.search(cookie):
        return []
    found = dict(_RENEWED.findall(cookie))
    if "smuuid" not in found:
        return []
    code = _CODE.search(query)
    days = cookie_days(code.group(1) if code else "")
    tail = "; Path=/; SameSite=Lax" + ("; Secure" if is_secure else "")
    lives = [(name, value, days[name] * DAY_SECONDS) for name, value in found.items()]
    return [
        ("set-cookie", f"{name}={value}; Max-Age={round(seconds)}{tail}")
        for name, value, seconds in [*lives, ("smsrv", "1", DAY_SECONDS)]
    ]
