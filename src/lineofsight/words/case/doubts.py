"""What was found in the data that should make a reader doubt a claim: rows of `warnings` about its cause or outcome."""

from __future__ import annotations

from lineofsight.reasons import Statement
from lineofsight.words.case.points import Answer, Point
from lineofsight.words.data import Row, RunData
from lineofsight.words.lists import sentence
from lineofsight.words.warnings import warning_sentence


def doubts(data: RunData, row: Row, but: Statement | None = None) -> Answer:
    """Warnings of this link, of its cause alone, or of its outcome alone; each once, and none for a reason told already."""
    outcome = row["outcome"].partition(":")[0]
    mine = {row["cause"], outcome}
    seen = set()
    for found in data.rows("warnings"):
        link = found["cause"] == row["cause"] and found["outcome"] in (row["outcome"], outcome)
        alone = found["outcome"] is None and found["cause"] in mine
        whole = found["cause"] is None and found["outcome"] in mine
        if (link or alone or whole) and found["sentence"] not in seen and found["reason"] != but:
            seen.add(found["sentence"])
            yield Point(_sentence(data, found), "against")


def _sentence(data: RunData, found: Row) -> str:
    if found["kind"] == "simpson":
        return sentence(found["sentence"])
    return warning_sentence(found, data.label)
