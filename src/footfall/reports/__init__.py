"""Numbers for the dashboard: a period in, totals beside the period before, days and ranks out."""

from footfall.reports.dashboard import RANKS, Dashboard, fill_days, make_dashboard
from footfall.reports.live import LiveVisit, list_live

__all__ = ["RANKS", "Dashboard", "LiveVisit", "fill_days", "list_live", "make_dashboard"]
