"""What people call the names of a project file: the one place that makes words of a name, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lineofsight.words.lists import Label

_PART = re.compile(r"(\w+)( = |=|>|:|\?$)(.*)", re.DOTALL)
_ARROW = " → "


def labelled(labels: Mapping[str, str]) -> Label:
    """What people call each name: its label, else the name with spaces.

    What is made from a name is called after it: a segment (`region = north`), the level of a control (`region=north`), what an
    operation has above a bend (`wait_days>3`), whether it is known (`wait_days?`), a share of answers (`rating:top-2-box`), and
    perceptions that lead to each other (`delivery → overall`).

    Args:
        labels: Of operations, perceptions, behaviours, controls and segments, and of whole segments where a page has its own.
    """

    def label(name: str) -> str:
        if name in labels:
            return labels[name]
        if _ARROW in name and " = " not in name:
            return _ARROW.join(map(label, name.split(_ARROW)))
        made = _PART.fullmatch(name)
        if made is None:
            return name.replace("_", " ")
        of, sign, rest = made.groups()
        match sign:
            case " = " | ":":
                return f"{label(of)}{sign}{rest}"
            case "=":
                return f"{label(of)} {rest.replace('_', ' ')}".rstrip()
            case ">":
                return f"{label(of)} above {rest}"
            case _:
                return f"whether {label(of)} is known"

    return label
