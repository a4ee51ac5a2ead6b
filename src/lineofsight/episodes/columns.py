"""Names of the columns of the table of episodes."""

from __future__ import annotations

EPISODE = "_episode"  # number of the episode while aligning; not stored
KEY = "_key"
CUSTOMER = "_customer"
AT = "_at"
BUCKET = "_bucket"
PERIOD = "_period"  # a control, where `period_effects` is declared
CALENDAR = "_calendar"  # the period by which episodes are compared over time


def segment(name: str) -> str:
    """Column of a segment attribute (a control may have the same name)."""
    return f"segment:{name}"


def covered(name: str) -> str:
    """Column that is 1 where the data cover a perception's window."""
    return f"covered:{name}"


def link(on: str) -> str:
    """Column of the anchor that other tables are joined on."""
    return f"link:{on}"


def before(behaviour: str) -> str:
    """Column that holds what a behaviour was before any operation of the episode had begun."""
    return f"before:{behaviour}"


def later(column: str) -> str:
    """Column that holds an instant which a value of the anchor's own row is made from."""
    return f"later:{column}"


def known_at(name: str) -> str:
    """Column that says when a value on the anchor's own row was known."""
    return f"at:{name}"
