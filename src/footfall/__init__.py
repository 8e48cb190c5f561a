"""footfall: contact monitoring, from the anonymous first click to the known customer."""

__version__ = "0.1.0"
