"""What a claim would be with what is kept out, or without what is doubted, from `alternatives`."""

from __future__ import annotations

from lineofsight.words.case.points import Answer, Point, Side, clear, with_interval
from lineofsight.words.data import Row, RunData


def alternatives(data: RunData, row: Row) -> Answer:
    """The claim with other columns held equal; of a segment nothing of its own is told."""
    if row["segment"] is not None:
        return
    for found in data.rows("alternatives", cause=row["cause"], outcome=row["outcome"]):
        column = f"'{data.label(found['column'])}'"
        held = (
            f"With {column} held equal, which is kept out for seeming to be known only afterwards"
            if found["held_equal"] == "yes"
            else f"Without {column}, which tells more of the outcome than causes do and is held equal"
        )
        if found["estimate"] is None:
            yield Point(f"{held}, nothing can be told: {data.clause(found['reason'])}.", "open")
            continue
        verdict, side = _verdict(row, found)
        yield Point(f"{held}, it would be {with_interval(data, found)}{verdict}.", side)


def _verdict(row: Row, found: Row) -> tuple[str, Side]:
    if not clear(row):
        return "", "fact"
    if not clear(found):
        return ", which cannot be told from nothing", "against"
    if (found["estimate"] > 0) != (row["estimate"] > 0):
        return ", which is the other way round", "against"
    inside = row["low"] is not None and row["low"] <= found["estimate"] <= row["high"]
    return ("", "open") if inside else (", which is another size", "against")
