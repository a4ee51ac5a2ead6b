"""How each number was made: from the data read to the words used."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Cell, Details, Listing, Paragraph, Section, table
from lineofsight.report.data import ReportData
from lineofsight.words import numbers

_METHODS = (
    (
        "What a change goes with",
        "A linear model of the outcome on all drivers and the controls. The estimate is the expected difference of the outcome's mean when the driver is changed and the others stay as they are.",
    ),
    (
        "Direct and via",
        "The total among respondents splits into a part at equal perceptions (direct) and a part for each perception that differs with the driver (via).",
    ),
    (
        "Interval",
        "Customers are resampled as clusters; the same resamples run through every number, so money and paths carry the uncertainty of what they are made of.",
    ),
    (
        "Importance",
        "The driver's share of explained variance, averaged over all orders of entry (LMG, the Shapley value of R²); Johnson's relative weights beyond 20 drivers.",
    ),
    (
        "Performance",
        "Where today's mean lies between the worse (0) and the better (100) of the 5th and 95th percentile.",
    ),
    (
        "Money",
        "What goes with each behaviour, times what one unit of the behaviour is worth, times the episodes of a year.",
    ),
    (
        "Standardised difference",
        "Difference of two means over the pooled standard deviation (Austin 2009); beyond ±0.1 is notable.",
    ),
)

_WORDS = (
    ("Operation, driver", "something the company does, measured at a touchpoint"),
    ("Perception", "what a customer says or shows"),
    ("Behaviour", "what a customer does next: stays, buys more, recommends, costs to serve"),
    ("Episode", "one customer around one moment: the operation, then the perception, then the behaviour"),
    ("Respondents", "episodes whose perception was measured; everyone: all episodes"),
    (
        "Goes with",
        "differs together with, the other drivers and controls held equal; no proof that one makes the other",
    ),
    ("Cannot be told from nothing", "the interval includes zero"),
    (
        "Can hardly be told",
        "it happened in too few episodes for its intervals to be relied on, wherever they lie; grey in every picture",
    ),
    (
        "Proven, robust, adjusted, associated",
        "how sure a claim is: tried out; clear and up to every check; controls and the other drivers held equal; neither",
    ),
    (
        "p-value, q-value",
        "how often chance alone would show as much: of one question, and among all questions that were asked",
    ),
    ("The silent", "customers who were asked and did not answer"),
    (
        "Weights, effective sample size",
        "an answer counts for more where few like it answered; how many answers of equal weight would tell as much",
    ),
    ("Extracted, not earned", "money or behaviour is better while a perception is clearly worse"),
)


def method(data: ReportData) -> Section:
    """Settings, definitions, unit values, versions and data."""
    manifest = data.manifest
    lead = (
        f"Intervals hold {numbers.share(data.confidence)}, from {numbers.count(manifest.get('replicates'))} resamples of customers; "
        f"the same data and seed ({manifest.get('seed', numbers.MISSING)}) give the same numbers."
    )
    blocks: list[Block] = [
        Paragraph(lead, lead=True),
        Details("What the words mean", (Listing(_WORDS),)),
        Details("How each kind of number is made", (Listing(_METHODS),)),
        Details("What one unit of each behaviour is worth", (_worth(data),)),
        Details("The drivers today", (_drivers(data),)),
        Details("Settings, versions and hashes", (_settings(data),)),
        Details("Data that were read", _data(data)),
    ]
    return Section("method", "How the numbers were made", tuple(blocks))


def _worth(data: ReportData) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(
                data.label(row["behaviour"]),
                row["per"],
                data.clause(row["how"] if row["reason"] is None else row["reason"]),
            ),
            numbers.with_interval(row["value"], row["low"], row["high"], data.currency, signed=False),
        ]
        for row in data.rows("unit_values")
    ]
    return table("Unit values", ("Behaviour", "Per", "How it was made", "Worth"), body, text=3)


def _drivers(data: ReportData) -> Block:
    body: list[list[str | Cell]] = [
        [
            *(data.label(row["driver"]), row["function"] or numbers.MISSING, f"{row['better']} is better"),
            *(numbers.quantity(row[name], row["unit"]) for name in ("mean", "median", "best_quartile")),
            *(numbers.share(row["headroom"]), numbers.count(row["n"]), numbers.count(row["missing"])),
        ]
        for row in data.drivers
    ]
    head = ("Driver", "Owner", "Direction", "Mean", "Median", "Best quartile", "Headroom", "Known", "Missing")
    return table("Each operation today", head, body, text=3)


def _settings(data: ReportData) -> Block:
    manifest = data.manifest
    landmark = manifest.get("landmark_days")
    items = [
        ("Run", data.run.id),
        ("Made", str(manifest.get("created", numbers.MISSING)).replace("T", " ")),
        ("Change reported", data.change),
        ("Confidence", numbers.share(data.confidence)),
        ("Resamples", numbers.count(manifest.get("replicates"))),
        ("Seed", str(manifest.get("seed", numbers.MISSING))),
        (
            "Behaviour counts from",
            numbers.MISSING if landmark is None else f"day {numbers.plain(landmark)} after the moment",
        ),
        ("Hash of the project", str(manifest.get("project_hash", numbers.MISSING))),
        (
            "Evidence",
            ", ".join(sorted({row["evidence"] for row in data.rows("effects")})) or numbers.MISSING,
        ),
        (
            "Importance by",
            ", ".join(sorted({row["method"] for row in data.rows("importance")})) or numbers.MISSING,
        ),
        *((f"Version of {name}", str(version)) for name, version in manifest.get("versions", {}).items()),
        *((f"Time: {step}", numbers.seconds(took)) for step, took in manifest.get("seconds", {}).items()),
    ]
    return Listing(tuple(items))


def _data(data: ReportData) -> tuple[Block, ...]:
    files = {item["table"]: item for item in data.manifest.get("data", [])}
    body: list[list[str | Cell]] = []
    for row in data.rows("tables"):
        file = files.get(row["table"], {})
        covers = numbers.MISSING
        if row["covers_from"] is not None:
            covers = f"{numbers.date(row['covers_from'])} to {numbers.date(row['covers_until'])}"
        body.append(
            [
                *(row["table"], row["origin"], covers, numbers.count(row["rows"])),
                *(numbers.size(file.get("bytes")), numbers.date(file.get("modified"))),
            ]
        )
    head = ("Table", "Origin", "Covers", "Rows", "Size", "File changed")
    rows = {row["table"]: row["rows"] for row in data.rows("tables")}
    columns: list[list[str | Cell]] = [
        [
            *(row["table"], row["column"], row["type"], numbers.count(row["filled"])),
            numbers.share(row["filled"] / rows[row["table"]]) if rows.get(row["table"]) else numbers.MISSING,
        ]
        for row in data.rows("columns")
    ]
    return (
        table("Tables", head, body, text=3),
        table("Columns", ("Table", "Column", "Type", "Filled", "Share"), columns, text=3),
    )
