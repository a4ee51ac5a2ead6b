"""Who answered, who was not heard, and what weighting the answers makes of that."""

from __future__ import annotations

from lineofsight.analyses.nonresponse.charts import NOTABLE, balance_chart, response_chart, silent_chart
from lineofsight.report.blocks import Block, Cell, Details, Paragraph, Section, table
from lineofsight.report.charts.render import figure
from lineofsight.report.data import Row, Story
from lineofsight.words import numbers
from lineofsight.words.lists import joined
from lineofsight.words.nonresponse import weight_words


def response(story: Story) -> Section:
    """Response by segment, balance before and after weights, and their cost; a block a perception, the first is open."""
    title = "Who answered, and who was not heard"
    if not story.perceptions:
        return Section("heard", title, (Paragraph("Nobody was asked: the customer was skipped.", lead=True),))
    blocks: list[Block] = []
    first = story.perceptions[0]
    for name in story.perceptions:
        message = _message(story, name)
        if name == first:
            blocks += [Paragraph(message, lead=True), *_one(story, name)]
        elif _same_people(story, first, name):
            said = f"The same people answered as for {story.label(first)}: what stands above holds here too."
            blocks.append(
                Details(message, (Paragraph(" ".join([said, *weight_words(story, name, brief=True)])),))
            )
        else:
            blocks.append(Details(message, _one(story, name)))
    return Section("heard", title, tuple(blocks))


def _message(story: Story, name: str) -> str:
    rate = next((row["rate"] for row in story.rows("response", perception=name, segment=None)), None)
    silent = story.rows("silent", perception=name)
    far = [r for r in silent if abs(r["standardised_difference"] or 0.0) > NOTABLE]
    if not any(r["standardised_difference"] is not None for r in silent):
        return f"{story.label(name)}: {numbers.share(rate)} answered."
    differ = (
        f"they differ notably from the silent in {numbers.counted(len(far), 'thing')}"
        if far
        else "in what is known they are much like the silent"
    )
    return f"{story.label(name)}: {numbers.share(rate)} answered; {differ}."


def _same_people(story: Story, one: str, other: str) -> bool:
    """Whether two perceptions were answered by the same: the same counts, the same differences from the silent."""
    kept = ("segment", "episodes", "answers", "variable", "standardised_difference")

    def seen(name: str) -> list[tuple[object, ...]]:
        rows = [*story.rows("response", perception=name), *story.rows("silent", perception=name)]
        return [tuple(row.get(column) for column in kept) for row in rows]

    return bool(seen(one)) and seen(one) == seen(other)


def _one(story: Story, name: str) -> tuple[Block, ...]:
    label, message = story.label(name), _message(story, name)
    rates, silent = story.rows("response", perception=name), story.rows("silent", perception=name)
    blocks: list[Block] = []
    if any(row["rate"] is not None for row in rates):
        blocks.append(
            figure(
                lambda width: response_chart(rates, label, story.labels, width), f"Response rates. {message}"
            )
        )
    blocks += _balance(story, name, silent, message)
    if said := weight_words(story, name):
        blocks.append(Paragraph(" ".join(said)))
    if any(row["standardised_difference"] is not None for row in silent):
        blocks.append(Details("Means as a table", (_means(story, label, silent),)))
    return tuple(blocks)


def _balance(story: Story, name: str, rows: list[Row], message: str) -> list[Block]:
    """The picture with weights where there are any, else without."""
    label = story.label(name)
    weighted = [row for row in rows if row["from_asked_weighted"] is not None]
    if weighted:
        title = f"{label}: {_after(story, weighted)}"
        caption = (
            "Standardised difference: the mean of those who answered less the mean of all who were asked, over the standard"
            " deviation. What customers did next is not used to make the weights, so it is a check of them."
        )
        return [
            figure(lambda width: balance_chart(weighted, story.labels, width, title=title), title, caption)
        ]
    if any(row["standardised_difference"] is not None for row in rows):
        caption = "Standardised difference: difference of the means over the pooled standard deviation."
        return [
            figure(
                lambda width: silent_chart(rows, label, story.labels, width),
                f"Who was not heard. {message}",
                caption,
            )
        ]
    return []


def _after(story: Story, rows: list[Row]) -> str:
    """What the picture of balance says."""
    far = [row for row in rows if abs(row["from_asked_weighted"]) > NOTABLE]
    before = sum(abs(row["from_asked"]) > NOTABLE for row in rows if row["from_asked"] is not None)
    if far:
        names = joined([story.label(row["variable"]) for row in far[:3]])
        more = f" and {len(far) - 3} more" if len(far) > 3 else ""
        return f"weights leave those who answered unlike all who were asked in {names}{more}"
    if before:
        return f"weights even out {'the one notable difference' if before == 1 else f'all {before} notable differences'}"
    most = [max(abs(row[name] or 0.0) for row in rows) for name in ("from_asked", "from_asked_weighted")]
    so = "with weights still more so" if most[1] < most[0] else "with weights as without"
    return f"those who answered are like all who were asked, {so}"


def _means(story: Story, label: str, rows: list[Row]) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(story.label(row["variable"]), row["kind"]),
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
