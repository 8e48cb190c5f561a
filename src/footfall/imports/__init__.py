"""Imports: logs of the past and lists of people in, raw hits and contacts out.

Hits enter through the raw log with the time of then, so they walk the pipeline like all
others; a bookmark in the data folder keeps a source from entering twice.
"""

from footfall.imports.access_log import AccessLogImport, LogRules, Tally
from footfall.imports.bookmarks import Bookmarks
from footfall.imports.contact_columns import Columns
from footfall.imports.contact_list import ContactImport, ListTally
from footfall.imports.contact_rows import RowFile
from footfall.imports.feed import FeedableLog, Pace
from footfall.imports.log_file import LogFile
from footfall.imports.matomo import SOURCE as MATOMO_USER
from footfall.imports.matomo import MatomoImport, MatomoRules, MatomoTally
from footfall.imports.matomo_tables import open_matomo
from footfall.imports.pages import STATUSES, PageRule
from footfall.imports.people import People
from footfall.imports.visitor_ids import VisitorIds

__all__ = [
    "MATOMO_USER",
    "STATUSES",
    "AccessLogImport",
    "Bookmarks",
    "Columns",
    "ContactImport",
    "FeedableLog",
    "ListTally",
    "LogFile",
    "LogRules",
    "MatomoImport",
    "MatomoRules",
    "MatomoTally",
    "Pace",
    "PageRule",
    "People",
    "RowFile",
    "Tally",
    "VisitorIds",
    "open_matomo",
]
