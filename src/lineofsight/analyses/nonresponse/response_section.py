"""Who answered, who was not heard, and what weighting the answers makes of that."""

from __future__ import annotations

from lineofsight.analyses.nonresponse.charts import NOTABLE, balance_chart, response_chart, silent_chart
from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import ReportData, Row
from lineofsight.words import numbers
from lineofsight.words.lists import joined
from lineofsight.words.nonresponse import weight_words


def response(data: ReportData) -> Section:
    """Response by segment, balance before and after weights, and their cost; a block a perception, the first is open."""
    title = "Who answered, and who was not heard"
    if not data.perceptions:
        return Section("heard", title, (Paragraph("Nobody was asked: the customer was skipped.", lead=True),))
    blocks: list[Block] = []
    first = data.perceptions[0]
    for name in data.perceptions:
        message = _message(data, name)
        if name == first:
            blocks += [Paragraph(message, lead=True), *_one(data, name)]
        elif _same_people(data, first, name):
            said = f"The same people answered as for {data.label(first)}: what stands above holds here too."
            blocks.append(
                Details(message, (Paragraph(" ".join([said, *weight_words(data, name, brief=True)])),))
            )
        else:
            blocks.append(Details(message, _one(data, name)))
    return Section("heard", title, tuple(blocks))


def _message(data: ReportData, name: str) -> str:
    rate = next((row["rate"] for row in data.rows("response", perception=name, segment=None)), None)
    silent = data.rows("silent", perception=name)
    far = [r for r in silent if abs(r["standardised_difference"] or 0.0) > NOTABLE]
    if not any(r["standardised_difference"] is not None for r in silent):
        return f"{data.label(name)}: {numbers.share(rate)} answered."
    differ = (
        f"they differ notably from the silent in {numbers.counted(len(far), 'thing')}"
        if far
        else "in what is known they are much like the silent"
    )
    return f"{data.label(name)}: {numbers.share(rate)} answered; {differ}."


def _same_people(data: ReportData, one: str, other: str) -> bool:
    """Whether two perceptions were answered by the same: the same counts, the same differences from the silent."""
    kept = ("segment", "episodes", "answers", "variable", "standardised_difference")

    def seen(name: str) -> list[tuple[object, ...]]:
        rows = [*data.rows("response", perception=name), *data.rows("silent", perception=name)]
        return [tuple(row.get(column) for column in kept) for row in rows]

    return bool(seen(one)) and seen(one) == seen(other)


def _one(data: ReportData, name: str) -> tuple[Block, ...]:
    label, message = data.label(name), _message(data, name)
    rates, silent = data.rows("response", perception=name), data.rows("silent", perception=name)
    blocks: list[Block] = []
    if any(row["rate"] is not None for row in rates):
        blocks.append(
            figure(
                lambda width: response_chart(rates, label, data.label, width), f"Response rates. {message}"
            )
        )
    blocks += _balance(data, name, silent, message)
    if said := weight_words(data, name):
        blocks.append(Paragraph(" ".join(said)))
    if any(row["standardised_difference"] is not None for row in silent):
        blocks.append(Details("Means as a table", (_means(data, label, silent),)))
    return tuple(blocks)


def _balance(data: ReportData, name: str, rows: list[Row], message: str) -> list[Block]:
    """The picture with weights where there are any, else without."""
    label = data.label(name)
    weighted = [row for row in rows if row["from_asked_weighted"] is not None]
    if weighted:
        title = f"{label}: {_after(data, weighted)}"
        caption = (
            "Standardised difference: the mean of those who answered less the mean of all who were asked, over the standard"
            " deviation. What customers did next is not used to make the weights, so it is a check of them."
        )
        return [figure(lambda width: balance_chart(weighted, data.label, width, title=title), title, caption)]
    if any(row["standardised_difference"] is not None for row in rows):
        caption = "Standardised difference: difference of the means over the pooled standard deviation."
        return [
            figure(
                lambda width: silent_chart(rows, label, data.label, width),
                f"Who was not heard. {message}",
                caption,
            )
        ]
    return []


def _after(data: ReportData, rows: list[Row]) -> str:
    """What the picture of balance says."""
    far = [row for row in rows if abs(row["from_asked_weighted"]) > NOTABLE]
    before = sum(abs(row["from_asked"]) > NOTABLE for row in rows if row["from_asked"] is not None)
    if far:
        names = joined([data.label(row["variable"]) for row in far[:3]])
        more = f" and {len(far) - 3} more" if len(far) > 3 else ""
        return f"weights leave those who answered unlike all who were asked in {names}{more}"
    if before:
        return f"weights even out {'the one notable difference' if before == 1 else f'all {before} notable differences'}"
    most = [max(abs(row[name] or 0.0) for row in rows) for name in ("from_asked", "from_asked_weighted")]
    so = "with weights still more so" if most[1] < most[0] else "with weights as without"
    return f"those who answered are like all who were asked, {so}"


def _means(data: ReportData, label: str, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(data.label(row["variable"]), row["kind"]),
            *(numbers.quantity(row["mean_respondents"]), numbers.quantity(row["mean_silent"])),
            *(
                numbers.plain(row[column], 2, signed=True)
                for column in ("standardised_difference", "from_asked", "from_asked_weighted")
            ),
        ]
        for row in rows
    ]
    head = (
        *("Variable", "Kind", "Mean, answered", "Mean, silent"),
        *("Answered less silent", "Answered less all asked", "The same, weighted"),
    )
    caption = f"{label}: answered and silent; the differences in standard deviations"
    return table(caption, head, body, text=2)
