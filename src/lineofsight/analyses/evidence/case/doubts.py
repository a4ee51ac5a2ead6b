"""What was found in the data that should make a reader doubt a claim: rows of `warnings` about its cause or outcome."""

from __future__ import annotations

from lineofsight.analyses.checks.sentences import warning_sentence
from lineofsight.analyses.evidence.case.said import Answer, Said
from lineofsight.reasons import Statement
from lineofsight.report.data import Row, Story
from lineofsight.words.lists import sentence


def doubts(story: Story, row: Row, but: Statement | None = None) -> Answer:
    """Warnings of this link, of its cause alone, or of its outcome alone; each once, and none for a reason told already."""
    outcome = row["outcome"].partition(":")[0]
    mine = {row["cause"], outcome}
    seen = set()
    for found in story.rows("warnings"):
        link = found["cause"] == row["cause"] and found["outcome"] in (row["outcome"], outcome)
        alone = found["outcome"] is None and found["cause"] in mine
        whole = found["cause"] is None and found["outcome"] in mine
        if (link or alone or whole) and found["sentence"] not in seen and found["reason"] != but:
            seen.add(found["sentence"])
            yield Said(_sentence(story, found), "against")


def _sentence(story: Story, found: Row) -> str:
    if found["kind"] == "simpson":
        return sentence(found["sentence"])
    return warning_sentence(found, story.label, story.known_as)
