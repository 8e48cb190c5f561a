"""The demo shop: a small outside site that carries the snippet, to try everything on."""

from footfall.web.demo.shop import DEMO

__all__ = ["DEMO"]
