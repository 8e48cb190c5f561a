"""Every number of the panel leads to the people behind it, and to nobody else."""

from __future__ import annotations

import html
import re

import httpx
from tests.support.browsers import PEOPLE
from tests.support.installation import Installation
from tests.support.wire import make_visitor


def test_rank_leads_to_its_visitors(installation: Installation, staff: httpx.Client) -> None:
    sites = ("ranks.example", f"127.0.0.1:{installation.port}")
    visitors = [make_visitor(number) for number in (7101, 7102)]
    staff.post("/settings/integration/site", data={"host": sites[0]})
    for visitor, site in zip(visitors, sites, strict=True):
        hit = {"smid": installation.smid, "uuid": visitor, "location": site, "uri": "/ranked"}
        installation.client.get("/api/r.gif", params=hit, headers={"user-agent": PEOPLE[0]})
    installation.wait_until_read()

    home = staff.get("/", params={"site": sites[0]}).text
    link = re.search(r'href="(/visitors\?by=page&amp;value=/ranked[^"]*)"', home)
    assert link
    behind = staff.get(html.unescape(link[1])).text

    assert [visitor in behind for visitor in visitors] == [True, False]
