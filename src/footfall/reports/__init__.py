"""Numbers for the dashboard: a period in, totals beside the period before, days and ranks out."""

from footfall.reports.dashboard import Dashboard, count_ahead, make_dashboard
from footfall.reports.kept_days import KeptDays, Recalled
from footfall.reports.live import LiveVisit, list_live
from footfall.reports.many_days import RANKS, ManyDays, fill_days, shift_days
from footfall.reports.periods import last_days

__all__ = [
    "RANKS",
    "Dashboard",
    "KeptDays",
    "LiveVisit",
    "ManyDays",
    "Recalled",
    "count_ahead",
    "fill_days",
    "last_days",
    "list_live",
    "make_dashboard",
    "shift_days",
]
