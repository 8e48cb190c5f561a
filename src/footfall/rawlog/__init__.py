"""The raw log: hits as they came in, durable before anyone is answered; offsets out.

Offsets rise and are never used twice; how many hits were accepted is counted apart.
A replayed buried hit is appended anew, so it is accepted, and counted, once more.
"""

from footfall.rawlog.contract import Buried, RawLog
from footfall.rawlog.group_commit import GroupCommit, Overloaded
from footfall.rawlog.opening import open_door_log, open_log
from footfall.rawlog.sqlite import SqliteLog

__all__ = [
    "Buried",
    "GroupCommit",
    "Overloaded",
    "RawLog",
    "SqliteLog",
    "open_door_log",
    "open_log",
]
