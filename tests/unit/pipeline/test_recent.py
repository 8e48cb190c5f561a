"""What is kept of visitors between batches, and when it is good no more."""

from footfall.model import AccountId, VisitorId
from footfall.pipeline.checkpoint import Checkpoint
from footfall.pipeline.draft import Known
from footfall.pipeline.memory import Memory
from footfall.pipeline.recent import MOST_KEPT, Recent, VisitorKey

DONE = Checkpoint(epoch="log", next_offset=7)


def make_known(count: int = 1) -> dict[VisitorKey, Known]:
    return {(AccountId(1), VisitorId(f"{n:x}")): Known(None, Memory()) for n in range(count)}


def test_kept_are_handed_out_at_their_checkpoint() -> None:
    recent, known = Recent(), make_known()
    recent.keep(DONE, known)

    assert recent.take(Checkpoint(epoch="log", next_offset=7)) == known


def test_failed_batch_leaves_none() -> None:
    recent = Recent()
    recent.keep(DONE, make_known())

    recent.take(DONE)  # and never kept again
    assert recent.take(DONE) == {}


def test_none_are_handed_out_elsewhere() -> None:
    for other in (
        Checkpoint(epoch="log", next_offset=8),
        Checkpoint(epoch="other", next_offset=7),
        Checkpoint(epoch="log", next_offset=7, intent_until=9),
    ):
        recent = Recent()
        recent.keep(DONE, make_known())

        assert (recent.take(other), recent.take(DONE)) == ({}, {})


def test_longest_unseen_go_first() -> None:
    recent, known = Recent(), make_known(MOST_KEPT + 2)
    last = list(known)[2:]
    recent.keep(DONE, known)

    assert list(recent.take(DONE)) == last
