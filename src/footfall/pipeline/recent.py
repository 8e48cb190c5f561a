"""Visitors of the last batches, so that who comes back soon is not read and decoded again."""

from __future__ import annotations

from footfall.model import AccountId, VisitorId
from footfall.pipeline.checkpoint import Checkpoint
from footfall.pipeline.draft import Known

VisitorKey = tuple[AccountId, VisitorId]

# Some 2 KB each; those of the last minutes on a busy site.
MOST_KEPT = 20_000


class Recent:
    """Visitors as the last commit left their rows, good while the checkpoint is that commit's.

    Only a commit of the pipeline writes these rows, and each of them moves the checkpoint: a
    replay, a second worker or another log is told by it.
    """

    def __init__(self) -> None:
        self._known: dict[VisitorKey, Known] = {}
        self._checkpoint: Checkpoint | None = None

    def take(self, checkpoint: Checkpoint) -> dict[VisitorKey, Known]:
        """Hand them out for one batch, which changes them: a batch that fails leaves none."""
        known, self._known = self._known, {}
        return known if checkpoint == self._checkpoint else {}

    def keep(self, checkpoint: Checkpoint, known: dict[VisitorKey, Known]) -> None:
        """``known``: the longest unseen first; the ones beyond MOST_KEPT go."""
        for key in list(known)[:-MOST_KEPT]:
            del known[key]
        self._known, self._checkpoint = known, checkpoint
