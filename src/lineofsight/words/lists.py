"""Names and clauses one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Label = Callable[[str], str]
"""What people call an operation, perception or behaviour of the project file."""


def joined(parts: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; nothing where there is nothing."""
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}" if len(parts) > 1 else "".join(parts)


def joined_clauses(parts: Sequence[str]) -> str:
    """`a`, `a, and b`, `a, b, and c`: clauses are longer than names, and keep their last comma."""
    return f"{', '.join(parts[:-1])}, and {parts[-1]}" if len(parts) > 1 else "".join(parts)


MOST_WORDS = 25
"""Words that a sentence of a finding has at most, as far as names and reasons allow."""


def fits(text: str) -> bool:
    """Whether a sentence is short enough to be read aloud."""
    return len(text.split()) <= MOST_WORDS


def shared_out(
    parts: Sequence[str],
    first: str,
    later: str,
    last: str = "",
    *,
    word: str = "and",
    most: int | None = None,
) -> tuple[str, ...]:
    """Parts shared out over as few sentences as fit: `first a and b last`, then `later c last`.

    Args:
        parts: Names or clauses, in order.
        first: How the first sentence begins.
        later: How each after it begins.
        last: How each ends.
        word: Between the last two parts of a sentence.
        most: Parts of one sentence, where they are counted.
    """
    found: list[str] = []
    left = list(parts)
    while left:
        start = later if found else first
        told = [
            f"{start} {joined(left[:n], word)}{last}" for n in range(1, min(len(left), most or len(left)) + 1)
        ]
        taken = max((n for n, text in enumerate(told, start=1) if fits(text)), default=1)
        found.append(told[taken - 1])
        left = left[taken:]
    return tuple(found)


def with_reason(told: str, why: str) -> tuple[str, ...]:
    """`told: why` where that is one short sentence, else the reason in one of its own."""
    whole = f"{told}: {why}"
    return (whole,) if fits(whole) else (told, f"the reason: {why}")


def sentence(text: str) -> str:
    """With a capital and one full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def quoted(name: str, label: Label) -> str:
    """What people call it, in quotes: labels such as 'Came back' do not stand in a sentence by themselves."""
    return f"'{label(name)}'"


def all_quoted(names: Sequence[str], label: Label, word: str = "and") -> str:
    """`'a', 'b' and 'c'`."""
    return joined([quoted(name, label) for name in names], word)
