"""The bench: the product's figures, each beside a limit measured in the same run.

A figure is a ratio or a promise, never a bare number: machines differ, and so do days.
"""

from footfall.bench.figure import Figure
from footfall.bench.figures import FIGURES, run_bench

__all__ = ["FIGURES", "Figure", "run_bench"]
