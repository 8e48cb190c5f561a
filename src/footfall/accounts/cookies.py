"""The one table of cookies: what each is for, how long it lives, and whether it is set yet.

The public cookie page, its JSON, the tracker's configuration and the settings screen are all
made from it. Lives are those of the list that existing customers know, and owners may change
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Cookie(NamedTuple):
    """``days`` None: a session cookie. ``status``: set, planned or deprecated."""

    name: str
    days: float | None
    kind: str
    purpose: str
    data: str
    status: str = "set"
    is_changeable: bool = True
    life: str = ""  # in words, where days cannot say it


COOKIES: tuple[Cookie, ...] = (
    Cookie(
        "smuuid",
        365,
        "Preferences",
        "Recognises an anonymous browser when it comes back.",
        "A random number with its time of creation; nothing about the person.",
    ),
    Cookie(
        "smclient",
        3650,
        "Preferences",
        "Recognises a browser whose owner made themselves known.",
        "The random id of a contact card; nothing about the person.",
    ),
    Cookie(
        "smvr",
        3650,
        "Marketing",
        "Counts visits and page views of this browser.",
        "Number of visits and views and the time of the last one, in base64.",
    ),
    Cookie(
        "_smvs",
        365,
        "Marketing",
        "Remembers what kind of place the first visit came from.",
        "One word, such as DIRECT or SEARCH_ENGINE.",
    ),
    Cookie(
        "smg",
        365,
        "Marketing",
        "Recognises a browser within one account. Another account gives it another id.",
        "A random UUID.",
    ),
    Cookie(
        "smconsent",
        365,
        "Preferences",
        "Remembers the answer to being monitored: a yes, or a no on a site that does not ask.",
        "The digit 1 or 0.",
    ),
    Cookie(
        "smsrv",
        1,
        "Preferences",
        "Notes that the server has renewed the cookies of this browser today.",
        "The digit 1.",
        is_changeable=False,
    ),
    Cookie(
        "smq.*",
        None,
        "Preferences",
        "Keeps what could not be sent yet, and numbers it. Local storage, not a cookie.",
        "Page views and events that wait to be sent, a counter, the account's settings.",
        is_changeable=False,
        life="what waits until it is sent, the rest until the browser is cleared",
    ),
    Cookie(
        "smevent",
        0.5,
        "Marketing",
        "Ties the changes of one open cart together; deleted by the purchase. "
        "May be set to live 12 hours to 30 days.",
        "The random id of the cart event.",
        "planned",
    ),
    Cookie(
        "smform",
        365,
        "Marketing",
        "Keeps forms and pop-ups from appearing too often.",
        "Number of visits, time of the last one, which pop-ups were closed or minimised.",
        "planned",
    ),
    Cookie(
        "smwp",
        365,
        "Preferences",
        "Remembers the answer to the question about web push.",
        "true or false.",
        "planned",
    ),
    Cookie(
        "smOViewsPopCap",
        3650,
        "Marketing",
        "Limits how often a pop-up is shown.",
        "Name and number of showings of each pop-up (SM:X|).",
        "planned",
    ),
    Cookie(
        "smcfds",
        None,
        "Marketing",
        "Remembers which forms were shown.",
        "Ids of forms, in base64.",
        "planned",
    ),
    Cookie(
        "_smps",
        None,
        "Marketing",
        "Remembers which pop-ups were shown.",
        "Ids of pop-ups, in base64.",
        "planned",
    ),
    Cookie(
        "_smsps",
        None,
        "Marketing",
        "Remembers which social proof was shown.",
        "Ids of messages, in base64.",
        "planned",
    ),
    Cookie(
        "_smc-cid",
        None,
        "Marketing",
        "Keeps a live chat conversation together.",
        "The id of the conversation.",
        "planned",
    ),
    Cookie(
        "_smc-unr",
        None,
        "Marketing",
        "Marks live chat messages that were not read.",
        "The id of a message, in base64.",
        "planned",
    ),
    Cookie(
        "smrcrsaved",
        365,
        "Marketing",
        "Noted that an id had been saved. Kept in the list for completeness; never set.",
        "true or false.",
        "deprecated",
    ),
)


def cookie_days(chosen: Mapping[str, int]) -> dict[str, float]:
    """The life of every cookie that is set and has one, the owner's choice first."""
    return {
        cookie.name: chosen.get(cookie.name, cookie.days)
        for cookie in COOKIES
        if cookie.status == "set" and cookie.days is not None
    }
