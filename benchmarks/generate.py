"""Generated touchpoint data of any size, and the project that reads it."""

from __future__ import annotations

from pathlib import Path

import duckdb

KINDS = ("delivery", "ticket", "visit", "call")
PER_CUSTOMER = 20  # touchpoint events per customer; a fifth as many purchases as events; one answer in five

_PROJECT = """\
name: Speed
currency: EUR
tables:
  touchpoints: {{path: touchpoints.parquet}}
  purchases: {{path: purchases.parquet}}
  anchors: {{path: {anchors}.parquet}}
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


def generate(folder: Path, events: int, seed: float = 0.42) -> None:
    """Writes touchpoints, purchases, surveys (everyone asked) and answers (one in five) as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    customers = events // PER_CUSTOMER
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    con = duckdb.connect()
    con.execute(f"SELECT setseed({seed})")

    def write(name: str, sql: str) -> None:
        con.execute(f"COPY ({sql}) TO '{folder / name}.parquet'")

    day = "timestamp '2024-01-01' + to_seconds(cast(random() * 86400 * 700 AS int))"
    write(
        "touchpoints",
        f"SELECT cast(random() * {customers} AS int) AS customer_id, {day} AS happened_at,"
        f" [{kinds}][1 + cast(random() * 400 AS int) % 4] AS kind,"
        " round(-ln(1 - random() * 0.9999) * 24, 2) AS hours, random() < 0.2 AS again"
        f" FROM range({events})",
    )
    write(
        "purchases",
        f"SELECT cast(random() * {customers} AS int) AS customer_id, {day} AS bought_at,"
        f" round(random() * 100, 2) AS amount FROM range({events // 5})",
    )
    asked = "timestamp '2024-06-01' + to_seconds(cast(random() * 86400 * 300 AS int))"
    answers = (
        f"cast(i AS int) AS survey_id, cast(i AS int) AS customer_id, {asked} AS asked_at, 'r' || (i % 10) AS region,"
        " random() * 40 AS tenure, random() < 0.2 AS answered, 1 + cast(random() * 4 AS int) AS satisfaction,"
        " cast(random() * 10 AS int) AS recommend, 1 + cast(random() * 6 AS int) AS effort"
    )
    con.execute(f"CREATE TABLE surveys AS SELECT {answers} FROM range({customers}) t(i)")
    scores = ", ".join(
        f"CASE WHEN answered THEN {name} END AS {name}" for name in ("satisfaction", "recommend", "effort")
    )
    columns = f"survey_id, customer_id, asked_at, region, tenure, {scores}"
    write("surveys", f"SELECT {columns} FROM surveys")
    write("answers", f"SELECT {columns} FROM surveys WHERE answered")


def write_project(folder: Path, anchors: str, margin: str = "30 %") -> Path:
    """Writes the project file: 12 drivers, 3 perceptions, 3 behaviours, 10 segments.

    Args:
        folder: Where the data are.
        anchors: 'answers' (one in five customers) or 'surveys' (everyone, four in five silent).
        margin: Only what comes after the episodes depends on it.
    """
    operations = []
    for kind in KINDS:
        common = (
            f"table: touchpoints, at: happened_at, where: \"kind = '{kind}'\", over: 90 days, better: lower"
        )
        operations += [
            f"  {kind}_hours: {{{common}, value: hours, agg: mean, unit: hours}}",
            f"  {kind}_count: {{{common}, agg: count, unit: times}}",
            f"  {kind}_again: {{{common}, value: again, agg: share, unit: share}}",
        ]
    perceptions = [
        f"  {name}: {{value: {name}, measure: {measure}}}"
        for name, measure in (("satisfaction", "csat"), ("recommend", "nps"), ("effort", "ces"))
    ]
    text = _PROJECT.format(
        anchors=anchors, margin=margin, operations="\n".join(operations), perceptions="\n".join(perceptions)
    )
    project = folder / "lineofsight.yml"
    project.write_text(text, encoding="utf-8")
    return project
