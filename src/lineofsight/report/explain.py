"""The whole case for and against one claim, from a run's tables: `los explain`, and the report's answers to "how sure?"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineofsight.chain.evidence import verb
from lineofsight.core.errors import RunError, did_you_mean
from lineofsight.report import numbers
from lineofsight.report.story import Row, Story

_SMALL = 0.05
_KEPT = 0.95  # a shrunk estimate nearer to the raw one than this is not worth a sentence


@dataclass(frozen=True, slots=True)
class Part:
    """One question asked of a claim, and the sentences that answer it."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim in one sentence, its evidence level, and everything that speaks for and against it."""

    claim: str
    level: str
    parts: tuple[Part, ...]


def find_claim(story: Story, cause: str, outcome: str, segment: str | None = None) -> Row:
    """The total effect that is meant; names may be labels, and a segment its level alone where that is enough.

    Raises:
        RunError: There is no such cause, outcome or segment, or none of the cause on the outcome.
    """
    rows = story.rows("effects", path="total")
    cause = _meant(story, cause, [row["cause"] for row in rows], "operation or perception")
    mine = [row for row in rows if row["cause"] == cause]
    outcome = _meant(story, outcome, [row["outcome"] for row in mine], f"outcome of '{cause}'")
    wanted = None
    if segment is not None:
        known = dict.fromkeys(row["segment"] for row in mine if row["segment"])
        short = [name for name in known if name.partition(" = ")[2] == segment]
        wanted = short[0] if len(short) == 1 else segment
        if wanted not in known:
            levels = [name if " = " in segment else name.partition(" = ")[2] for name in known]
            raise RunError(f"the run has no segment '{segment}': {did_you_mean(segment, short or levels)}")
    return next(row for row in mine if row["outcome"] == outcome and row["segment"] == wanted)


def explain(story: Story, row: Row) -> Explanation:
    """The case for and against a total effect."""
    if row["estimate"] is None:
        refused = (Part("Why there is no answer", (_sentence(row["reason"]),)),)
        return Explanation(f"{_what(story, row)}: cannot be estimated.", "none", refused)
    asked = (
        ("What does it rest on?", _basis(row)),
        ("What speaks for it", _clauses(row["because"])),
        ("Why it is not surer", _clauses(row["not_higher"])),
        ("Could something hidden be behind it?", _hidden(story, row)),
        ("Is it a chance find?", _chance(story, row)),
        ("Is it the same for everybody?", _segments(story, row)),
        ("Is it the same over time?", _over_time(story, row)),
        ("Does it pass through how those who answered feel?", _paths(story, row)),
        ("Do respondents show the same effect?", _respondents(story, row)),
        ("What is it worth?", _worth(story, row)),
    )
    parts = tuple(Part(heading, found) for heading, lines in asked if (found := tuple(lines)))
    told = _told(story, row)
    on = f"'{story.label(row['outcome'])}'"
    claim = (
        f"{_what(story, row)} {verb(row['evidence'])} {told} of {on}."
        if _clear(row)
        else f"What goes with {_what(story, row)} in {on} cannot be told from nothing: {told}."
    )
    return Explanation(claim, row["evidence"], parts)


def _told(
    story: Story,
    row: Row,
    value: str = "estimate",
    low: str = "low",
    high: str = "high",
    unit: str | None = None,
) -> str:
    """A value of a row with its interval, as a sentence has it."""
    return numbers.with_interval(
        row[value],
        row[low],
        row[high],
        row["unit"] if unit is None else unit,
        form="sentence",
        confidence=story.confidence,
    )


def _what(story: Story, row: Row) -> str:
    before, after, unit = row["cause_from"], row["cause_to"], row["cause_unit"]
    if unit == "share" and before is not None and after is not None:
        before, after, unit = before * 100, after * 100, "per cent"
    change = "" if before is None or after is None else f" ({numbers.change(before, after, unit)})"
    where = f" where {row['segment']}" if row["segment"] else ""
    return f"'{story.label(row['cause'])}' {row['change']}{change}{where}"


def _basis(row: Row) -> Iterator[str]:
    who = "of everyone" if row["population"] == "everyone" else "of those who answered"
    yield f"{numbers.counted(row['n'], 'episode')} {who}."
    if row["adjusted_for"]:
        yield f"Held equal: {row['adjusted_for']}."


def _clauses(text: str | None) -> Iterator[str]:
    for clause in (text or "").split("; "):
        if clause:
            yield _sentence(clause)


def _hidden(story: Story, row: Row) -> Iterator[str]:
    found = _one(story, "robustness", row)
    if found is None:
        return
    yield (
        "A hidden factor, one that nobody measured, could not take the estimate to zero if it explains less than"
        f" {numbers.share(found['robustness_value'])} of what is left of it, and less than that of the outcome"
        f"{_interval_strength(found)}."
    )
    if found["benchmark"] is not None and found["left"] is not None:
        left = _told(story, found, "left", "left_low", "left_high")
        gone = ""
        if not _clear_ends(found["left_low"], found["left_high"]):
            gone = ", which cannot be told from nothing"
        elif (found["left"] > 0) != (found["estimate"] > 0):
            gone = ", which is the other way round"
        yield (
            f"The strongest control, '{story.label(found['benchmark'])}', is the measure: beside a hidden factor as strong"
            f" as that ({_strength(found['benchmark_r2_cause'])} of what is left of it,"
            f" {_strength(found['benchmark_r2_outcome'])} of the outcome), {left} would be left{gone}."
        )
    if found["e_value"] is not None:
        yield (
            f"As a risk ratio, for this change: it would have to go with both by a factor of {found['e_value']:.2f}"
            f" (interval: {found['e_value_interval']:.2f}) each (E-value)."
            if found["e_value_interval"] is not None
            else f"As a risk ratio, for this change: it would have to go with both by a factor of {found['e_value']:.2f} each (E-value)."
        )


def _strength(share: float | None) -> str:
    return "less than 0.1 %" if share is not None and share < 0.001 else numbers.share(share)


def _interval_strength(found: Row) -> str:
    value = found["robustness_value_interval"]
    if value is None:
        return ""
    return (
        f"; for the interval it is {numbers.share(value)}"
        if value > 0
        else "; the interval includes zero already"
    )


def _chance(story: Story, row: Row) -> Iterator[str]:
    if row["q_value"] is None:
        return
    yield (
        f"{numbers.count(story.asked)} total effects were asked of these data, over all operations, outcomes and segments."
        + (
            f" If every one as clear as this is put forward, {_at_most(row['q_value'])} of them are expected to be chance"
            " alone; what is hidden is not counted in that."
            if _clear(row)
            else ""
        )
    )
    if row["shrunk"] is not None and _clear(row) and abs(row["shrunk"]) < _KEPT * abs(row["estimate"]):
        told = _told(story, row, "shrunk", "shrunk_low", "shrunk_high")
        yield f"Picked from the top of a list, it is likelier to be {told}."


def _at_most(q: float) -> str:
    return "less than 0.1 %" if q < 0.001 else f"at most {numbers.share(q)}"


def _segments(story: Story, row: Row) -> Iterator[str]:
    asked = {"driver": row["cause"], "outcome": row["outcome"]}
    for found in story.rows("heterogeneity", **asked):
        attribute = found["attribute"].replace("_", " ")
        if found["reason"] is not None:
            yield f"Over {attribute}: {found['reason']}."
            continue
        if found["reversed"] == "yes":
            yield f"Within the segments of {attribute} it goes the other way round than for everyone: Simpson's paradox."
        differs = found["q_value"] is not None and found["q_value"] <= _SMALL
        spread = numbers.quantity(found["spread"], found["unit"])
        yield (
            f"It differs between the {found['segments']} segments of {attribute}, by about {spread} (standard deviation)."
            if differs
            else f"No clear difference between the {found['segments']} segments of {attribute} (q {_p(found['q_value'])}),"
            " which does not show that they are the same."
        )
    if row["segment"] is not None:
        for mine in story.rows("segments", **asked, segment=row["segment"]):
            if mine["difference"] is not None:
                apart = _told(story, mine, "difference", "difference_low", "difference_high")
                yield f"Against the other segments: {apart}."
            if mine["pooled"] is not None:
                pooled = _told(story, mine, "pooled", "pooled_low", "pooled_high")
                yield f"Drawn towards the other segments: {pooled}."


def _over_time(story: Story, row: Row) -> Iterator[str]:
    if row["segment"] is not None:
        return
    for found in story.rows("stability", driver=row["cause"], outcome=row["outcome"]):
        if found["reason"] is not None or found["same_sign"] is None:
            continue
        same = round(found["same_sign"] * found["periods"])
        way = "It points the same way" if same == found["periods"] else "It points the same way as over all"
        differs = "they differ clearly" if found["p"] <= _SMALL else "no clear difference between them"
        yield f"{way} in {same} of {found['periods']} periods; {differs} (p {_p(found['p'])})."


def _p(value: float | None) -> str:
    if value is None:
        return numbers.MISSING
    return "below 0.001" if value < 0.001 else f"= {value:.2g}"


def _paths(story: Story, row: Row) -> Iterator[str]:
    same = {name: row[name] for name in ("cause", "outcome", "segment", "change")}
    parts = [part for part in story.rows("effects", **same) if part["path"] != "total"]
    known = [part for part in parts if part["estimate"] is not None]
    for part in known:
        told = _told(story, part)
        way = (
            "Not through perception"
            if part["path"] == "direct"
            else f"Via '{story.label(part['path'].removeprefix('via '))}'"
        )
        yield f"{way}: {told}."
    if row["outcome_kind"] == "behaviour" and row["cause_kind"] == "operation" and not parts:
        yield "The customer was skipped: no perception lies between."


def _respondents(story: Story, row: Row) -> Iterator[str]:
    if row["segment"] is not None:
        return
    for found in story.rows("populations", driver=row["cause"], behaviour=row["outcome"]):
        apart = _told(story, found, "difference", "low", "high")
        told = numbers.quantity(found["respondents"], found["unit"], signed=True, form="sentence")
        same = "" if _clear_ends(found["low"], found["high"]) else ": no clear difference"
        yield f"Among respondents it is {told}. Set against everyone's: {apart}{same}."


def _worth(story: Story, row: Row) -> Iterator[str]:
    if row["money_per_year"] is not None:
        told = _told(story, row, "money_per_year", "money_low", "money_high", unit=story.currency)
        clear = _clear_ends(row["money_low"], row["money_high"])
        yield f"If it is an effect and not only an association: {told} a year{'' if clear else ', which cannot be told from nothing'}."


def _one(story: Story, table: str, row: Row) -> Row | None:
    same = {name: row[name] for name in ("cause", "outcome", "segment")}
    return next(iter(story.rows(table, **same)), None)


def _clear(row: Row) -> bool:
    return _clear_ends(row["low"], row["high"])


def _clear_ends(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _meant(story: Story, given: str, names: list[str], what: str) -> str:
    known = list(dict.fromkeys(names))
    if given in known:
        return given
    labelled = [name for name in known if story.label(name).casefold() == given.casefold()]
    if len(labelled) == 1:
        return labelled[0]
    raise RunError(f"the run has no {what} '{given}': {did_you_mean(given, known)}")
