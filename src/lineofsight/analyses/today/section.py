"""What customers said, by standard definitions, and what they did next."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers

_DEFINITIONS = {
    "NPS": "per cent answering 9 or 10 less per cent answering 0 to 6",
    "top-2-box": "per cent giving one of the two best answers",
    "agree (5–7)": "per cent answering 5, 6 or 7 of 7",
    "mean": "average answer",
}


def today(data: ReportData) -> Section:
    """Perceptions and behaviours today, for everyone and by segment, and how often each answer was given."""
    blocks: list[Block] = []
    if data.perceptions:
        everyone = data.rows("perceptions", segment=None)
        blocks += [Paragraph(_lead(data, everyone), lead=True), _perceptions(data, everyone)]
        split = [row for row in data.rows("perceptions") if row["segment"] is not None]
        if split:
            blocks.append(Details("By segment", (_by_segment(data, split),)))
        for name in data.perceptions:
            if answers := data.rows("answers", perception=name):
                blocks.append(
                    Details(
                        f"How often each answer was given: {data.label(name)}",
                        _answers(data, name, answers),
                    )
                )
    else:
        blocks.append(Paragraph("Nobody was asked: the customer was skipped.", lead=True))
    blocks.append(_behaviours(data))
    return Section("voice", "What customers said, and did next", tuple(blocks))


def _lead(data: ReportData, rows: list[Row]) -> str:
    row = rows[0]
    value = numbers.with_interval(
        *(row["value"], row["low"], row["high"], "" if row["unit"] == "NPS" else row["unit"]),
        signed=False,
        form="sentence",
        confidence=data.confidence,
    )
    return f"{data.label(row['perception'])}: {row['statistic']} {value}, from {numbers.count(row['n'])} answers."


def _value(row: Row) -> str:
    unit = "" if row["unit"] == "NPS" else row["unit"]
    return numbers.with_interval(row["value"], row["low"], row["high"], unit, signed=False)


def _perceptions(data: ReportData, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(data.label(row["perception"]), str(row["statistic"])),
            _DEFINITIONS.get(row["statistic"], str(row["statistic"])),
            *(_value(row), numbers.count(row["n"])),
        ]
        for row in rows
    ]
    return table(
        "What customers said", ("Perception", "Statistic", "Which is", "Value", "Answers"), body, text=3
    )


def _by_segment(data: ReportData, rows: list[Row]) -> Block:
    segments = list(dict.fromkeys(row["segment"] for row in rows))
    columns = list(dict.fromkeys((row["perception"], row["statistic"]) for row in rows))
    found = {(row["segment"], row["perception"], row["statistic"]): row for row in rows}
    head = ("Segment", *(f"{data.label(name)}, {statistic}" for name, statistic in columns))
    body: list[list[str | Cell]] = []
    for segment in segments:
        cells = [found.get((segment, *column)) for column in columns]
        body.append(
            [data.label(segment), *(numbers.MISSING if row is None else _value(row) for row in cells)]
        )
    return table("What customers said, by segment", head, body)


def _answers(data: ReportData, name: str, rows: list[Row]) -> tuple[Block, ...]:
    """The answers that the statistic counts; those of episodes in no model are apart, with why."""
    total = sum(row["used"] for row in rows)
    top = max(row["used"] for row in rows) or 1
    out = sum(row["matched"] for row in rows) - total
    body: list[list[str | Cell]] = [
        [
            numbers.plain(row["answer"], 0 if row["answer"] == int(row["answer"]) else 1),
            Cell(numbers.share(row["used"] / total if total else None), bar=row["used"] / top),
            numbers.count(row["used"]),
            *([numbers.count(row["matched"] - row["used"])] if out else []),
            numbers.count(row["n"] - row["matched"]),
        ]
        for row in sorted(rows, key=lambda row: row["answer"])
    ]
    left_out = ("In episodes left out",) if out else ()
    head = ("Answer", "Share", "Counted above", *left_out, "In no episode")
    found: list[Block] = [table(data.label(name), head, body)]
    if out:
        found.insert(
            0,
            Paragraph(
                f"{numbers.counted(total, 'answer')} {'is' if total == 1 else 'are'} counted here as above."
                f" {numbers.count(out)} more {'is' if out == 1 else 'are'} of episodes that are left out of everything,"
                " since a value that they need is unknown (see “What was left out”)."
            ),
        )
    return tuple(found)


def _behaviours(data: ReportData) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(data.label(row["behaviour"]), row["kind"].replace("_", " "), _value(row)),
            *(_window(row), numbers.count(row["n"]), numbers.count(row["uncovered"])),
        ]
        for row in data.rows("behaviours", segment=None)
    ]
    head = ("Behaviour", "Kind", "Mean per episode", "Window", "Episodes", "Not covered by the data")
    return table("What customers did next", head, body, text=2)


def _window(row: Row) -> str:
    if row["window_days"] is None:
        return numbers.MISSING
    start = row["from_days"] or 0.0
    return f"{numbers.plain(row['window_days'])} days from day {numbers.plain(start)}"
