"""Was this hit here before? By the number the browser gave it, else by what it says.

A browser numbers its hits 1, 2, 3, … and resends one under the same number and id until it
is acknowledged. Two tabs may race for a number, so the same number with another id is
another hit. A hit without a number counts once per visitor, time and address.

One visitor may have several counts: on another host, or after its storage was cleared, the
browser begins anew at a hundred times the milliseconds since 1970. Such counts never meet: what
lies between two of them is a gap too wide to be a loss, in which the lower one goes on.
"""

from __future__ import annotations

from footfall.pipeline.memory import Memory

# Only two tabs racing for one number need the fingerprint of it; they race within moments.
# A number older than the window that fills no gap was here before.
WINDOW = 32
MOST_GAPS = 64
# A wider jump is a forged number, not a loss: it must not spoil the count of what is missing.
WIDEST_LOSS = 10_000


def is_duplicate_number(memory: Memory, number: int, fingerprint: int) -> bool:
    """Whether hit ``number`` was seen; remember it when not."""
    if number > memory.highest:
        if number > memory.highest + 1:
            memory.gaps.append((memory.highest + 1, number - 1))
            _give_up_narrowest(memory)
        memory.highest = number
        _remember(memory, number, fingerprint)
        return False
    if _fill_gap(memory, number):
        _remember(memory, number, fingerprint)
        return False
    known = [seen for at, seen in memory.numbered if at == number]
    if not known or fingerprint in known:
        return True
    _remember(memory, number, fingerprint)
    return False


def is_duplicate_content(memory: Memory, fingerprint: int) -> bool:
    """Whether an unnumbered hit that says the same was seen; remember it when not."""
    if fingerprint in memory.unnumbered:
        return True
    memory.unnumbered.append(fingerprint)
    del memory.unnumbered[:-WINDOW]
    return False


def forget(memory: Memory, number: int | None, fingerprint: int) -> None:
    """The hit was remembered and then not stored: it may come again."""
    if not number:
        memory.unnumbered = [seen for seen in memory.unnumbered if seen != fingerprint]
    elif (number, fingerprint) in memory.numbered:
        memory.numbered.remove((number, fingerprint))
        memory.gaps.append((number, number))


def count_missing(memory: Memory) -> int:
    if not memory.gaps:
        return 0
    widths = (last - first + 1 for first, last in memory.gaps)
    return sum(width for width in widths if width <= WIDEST_LOSS)


def _give_up_narrowest(memory: Memory) -> None:
    """Its hits would be taken for duplicates, so it must be rare: a browser that loses 64
    stretches and then finds them does not exist. In the widest gaps other counts go on.
    """
    if len(memory.gaps) > MOST_GAPS:
        memory.gaps.remove(min(memory.gaps, key=lambda gap: gap[1] - gap[0]))


def _fill_gap(memory: Memory, number: int) -> bool:
    for index, (first, last) in enumerate(memory.gaps):
        if first <= number <= last:
            rest = [(first, number - 1), (number + 1, last)]
            memory.gaps[index : index + 1] = [(a, b) for a, b in rest if a <= b]
            return True
    return False


def _remember(memory: Memory, number: int, fingerprint: int) -> None:
    memory.numbered.append((number, fingerprint))
    del memory.numbered[:-WINDOW]
