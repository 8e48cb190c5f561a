"""The raw log: hits as they came in, durable before anyone is answered; numbered offsets out.

Offsets count hits, from 0, without holes: the end of the log is the number ever accepted.
A replayed buried hit is appended anew, so it is accepted, and counted, once more.
"""

from footfall.rawlog.group_commit import GroupCommit, Overloaded
from footfall.rawlog.sqlite import Buried, SqliteLog

__all__ = ["Buried", "GroupCommit", "Overloaded", "SqliteLog"]
