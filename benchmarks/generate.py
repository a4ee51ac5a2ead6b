"""Generated touchpoint data of any size, and the project that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

KINDS = ("delivery", "ticket", "visit", "call")
PER_CUSTOMER = 20  # touchpoint events per customer; a fifth as many purchases as events; one answer in five

_PROJECT = """\
name: Speed
currency: EUR
engine: {engine}
tables:
  touchpoints: {{path: "touchpoints{files}.parquet"{once}}}
  purchases: {{path: "purchases{files}.parquet"{once}}}
  anchors: {{path: "{anchors}{files}.parquet"{once}}}
episodes: {{each: anchors, key: survey_id, customer: customer_id, at: asked_at}}
operations:
{operations}
perceptions:
{perceptions}
behaviours:
  returned: {{kind: stay, table: purchases, at: bought_at, within: 90 days}}
  spend: {{kind: buy_more, table: purchases, at: bought_at, value: amount, within: 90 days}}
  purchases_made: {{kind: buy_more, table: purchases, at: bought_at, within: 90 days}}
controls: [tenure]
segments: [region]
value: {{margin: {margin}, horizon: 12 months, discount_rate: 8 %}}
estimation: {{replicates: 1000}}
"""


def generate(
    folder: Path, events: int, seed: float = 0.42, *, customers: int | None = None, pieces: int = 1
) -> None:
    """Writes touchpoints, purchases, surveys (everyone asked) and answers (one in five) as Parquet.

    Args:
        folder: Where the files go; made if it is not there.
        events: Touchpoint events.
        seed: Of the random numbers, between -1 and 1.
        customers: How many have them; one for every 20 events without it.
        pieces: Files per table. What one piece needs in memory is what the machine must have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    customers = customers or events // PER_CUSTOMER
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    con = duckdb.connect()
    con.execute(f"SELECT setseed({seed})")

    def write(name: str, ending: str, sql: str) -> None:
        con.execute(f"COPY ({sql}) TO '{folder / name}{ending}.parquet'")

    day = "timestamp '2024-01-01' + to_seconds(cast(random() * 86400 * 700 AS int))"
    asked = "timestamp '2024-06-01' + to_seconds(cast(random() * 86400 * 300 AS int))"
    answers = (
        f"cast(i AS int) AS survey_id, cast(i AS int) AS customer_id, {asked} AS asked_at, 'r' || (i % 10) AS region,"
        " random() * 40 AS tenure, random() < 0.2 AS answered, 1 + cast(random() * 4 AS int) AS satisfaction,"
        " cast(random() * 10 AS int) AS recommend, 1 + cast(random() * 6 AS int) AS effort"
    )
    scores = ", ".join(
        f"CASE WHEN answered THEN {name} END AS {name}" for name in ("satisfaction", "recommend", "effort")
    )
    columns = f"survey_id, customer_id, asked_at, region, tenure, {scores}"
    for piece in range(pieces):
        ending = f"-{piece:03d}" if pieces > 1 else ""
        write(
            "touchpoints",
            ending,
            f"SELECT cast(random() * {customers} AS int) AS customer_id, {day} AS happened_at,"
            f" [{kinds}][1 + cast(random() * 400 AS int) % 4] AS kind,"
            " round(-ln(1 - random() * 0.9999) * 24, 2) AS hours, random() < 0.2 AS again"
            f" FROM range({_share(events, piece, pieces)})",
        )
        write(
            "purchases",
            ending,
            f"SELECT cast(random() * {customers} AS int) AS customer_id, {day} AS bought_at,"
            f" round(random() * 100, 2) AS amount FROM range({_share(events // 5, piece, pieces)})",
        )
        asked_here = f"range({customers * piece // pieces}, {customers * (piece + 1) // pieces})"
        con.execute(f"CREATE OR REPLACE TABLE surveys AS SELECT {answers} FROM {asked_here} t(i)")
        write("surveys", ending, f"SELECT {columns} FROM surveys")
        write("answers", ending, f"SELECT {columns} FROM surveys WHERE answered")


def _share(total: int, piece: int, pieces: int) -> int:
    return total * (piece + 1) // pieces - total * piece // pieces


def write_project(
    folder: Path, anchors: str, margin: str = "30 %", *, engine: str = "duckdb", files: str = ""
) -> Path:
    """Writes the project file: 12 drivers, 3 perceptions, 3 behaviours, 10 segments.

    Args:
        folder: Where the data are.
        anchors: 'answers' (one in five customers) or 'surveys' (everyone, four in five silent).
        margin: Only what comes after the episodes depends on it.
        engine: What stands after `engine:`.
        files: '-*' where every table is in pieces; they are read together, as if they were one.
    """
    text = _PROJECT.format(
        anchors=anchors,
        margin=margin,
        engine=engine,
        files=files,
        once=", incremental: false" if files else "",
        operations="\n".join(_operations()),
        perceptions="\n".join(
            f"  {name}: {{value: {name}, measure: {measure}}}"
            for name, measure in (("satisfaction", "csat"), ("recommend", "nps"), ("effort", "ces"))
        ),
    )
    project = folder / "lineofsight.yml"
    project.write_text(text, encoding="utf-8")
    return project


def _operations() -> Iterator[str]:
    for kind in KINDS:
        common = (
            f"table: touchpoints, at: happened_at, where: \"kind = '{kind}'\", over: 90 days, better: lower"
        )
        yield f"  {kind}_hours: {{{common}, value: hours, agg: mean, unit: hours}}"
        yield f"  {kind}_count: {{{common}, agg: count, unit: times}}"
        yield f"  {kind}_again: {{{common}, value: again, agg: share, unit: share}}"
