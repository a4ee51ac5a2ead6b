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


def sentence(text: str) -> str:
    """With a capital and one full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def quoted(name: str, label: Label) -> str:
    """What people call it, in quotes: labels such as 'Came back' do not stand in a sentence by themselves."""
    return f"'{label(name)}'"


def all_quoted(names: Sequence[str], label: Label, word: str = "and") -> str:
    """`'a', 'b' and 'c'`."""
    return joined([quoted(name, label) for name in names], word)
