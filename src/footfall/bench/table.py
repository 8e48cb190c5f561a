"""Figures in, one table for the screen out."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.table import Table

from footfall.bench.figure import Figure


def make_table(figures: Sequence[Figure], load: float) -> Table:
    """``load``: how many processes wanted a core before it began; any but ours spoil figures."""
    cores = os.cpu_count() or 1
    caption = f"{cores} cores, load {load:.1f} before it began"
    if load > cores / 4:
        caption += ": this machine was busy with something else, measure again when it is quiet"
    table = Table(title="footfall bench", title_justify="left", caption=caption)
    for heading in ("", "figure", "measured", "limit", "note"):
        table.add_column(heading, justify="right" if heading in ("measured", "limit") else "left")
    for figure in figures:
        table.add_row(
            _verdict(figure),
            f"{figure.name}\n[dim]{figure.what}[/dim]",
            "–" if figure.value is None else f"{_round(figure.value)} {figure.unit}",
            f"{'≥' if figure.is_floor else '≤'} {_round(figure.limit)}",
            figure.note,
        )
    return table


def _verdict(figure: Figure) -> str:
    if figure.is_fine is None:
        return "[yellow]–[/yellow]"
    return "[green]ok[/green]" if figure.is_fine else "[red]LOOK[/red]"


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
