"""Numbers for the dashboard: a period in, totals beside the period before, days and ranks out."""

from footfall.reports.dashboard import RANKS, Dashboard, fill_days, make_dashboard
from footfall.reports.live import LiveVisit, list_live
from footfall.reports.periods import last_days

__all__ = [
    "RANKS",
    "Dashboard",
    "LiveVisit",
    "fill_days",
    "last_days",
    "list_live",
    "make_dashboard",
]
