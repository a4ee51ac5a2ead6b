"""What was found in the data that should make a reader doubt a claim: rows of `warnings` about its cause or outcome."""

from __future__ import annotations

from lineofsight.analyses.evidence.case.said import Answer, Said, named, sentence
from lineofsight.report.data import ReportData, Row


def doubts(data: ReportData, row: Row) -> Answer:
    """Warnings of this link, of its cause alone, or of its outcome alone; each once."""
    outcome = row["outcome"].partition(":")[0]
    mine = {row["cause"], outcome}
    seen = set()
    for found in data.rows("warnings"):
        link = found["cause"] == row["cause"] and found["outcome"] in (row["outcome"], outcome)
        alone = found["outcome"] is None and found["cause"] in mine
        whole = found["cause"] is None and found["outcome"] in mine
        if (link or alone or whole) and found["sentence"] not in seen:
            seen.add(found["sentence"])
            yield Said(sentence(named(data, found["sentence"])), "against")
