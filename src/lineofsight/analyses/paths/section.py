"""How much passes through how customers feel: from a touchpoint to the whole, shares, and what depends on feelings."""

from __future__ import annotations

from lineofsight.report.blocks import Block, Cell, Details, Listing, Paragraph, Section, table
from lineofsight.report.charts import theme
from lineofsight.report.data import ReportData, Row
from lineofsight.stats.intervals import excludes_zero
from lineofsight.words import numbers
from lineofsight.words.lists import joined

_TITLE = "Does it pass through how customers feel?"
_SHARES = (
    "Of what goes with a better driver among those who answered, the share that passes through all perceptions"
    " together: the driver goes with how customers feel, and that with what they do. It takes that nothing hidden moves"
    " both feelings and behaviour."
)
_DEPENDS = (
    "By how much what goes with a better driver differs, for one point more of the perception. q is the share of such"
    " finds that would be false. Where a line is bent, it can look as if it depended on feelings; so it counts as clear only"
    " where it stays so beside bent lines."
)
_NATURAL = (
    "Where the two may depend on each other, what goes with a better driver at feelings as they are, and through them."
    " “Only together” is the part of the second that is there only as both change."
)
_KINDS = ("pure direct", "total indirect", "mediated interaction", "total")
_SMALL = 0.05


def paths(data: ReportData) -> Section:
    """Shares as a table; the touchpoints, what cannot be told, and what depends on feelings on demand."""
    if not data.perceptions:
        skipped = (
            "No perception was measured: the customer was skipped, and nothing can be seen to pass through."
        )
        return Section("paths", _TITLE, (Paragraph(skipped, lead=True),))
    rows = [row for row in data.rows("mediation", segment=None) if row["outcome"] not in data.rare_behaviours]
    on_behaviour = [r for r in rows if r["cause_kind"] == "operation" and r["outcome"] in data.behaviours]
    told = [row for row in on_behaviour if row["share"] is not None]
    blocks: list[Block] = [Paragraph(_lead(told, len(on_behaviour)), lead=True)]
    if told:
        blocks += [Paragraph(_SHARES), _shares(data, told)]
    if missing := _missing(data, on_behaviour):
        blocks.append(Details("Where no share can be told", (Listing(missing),)))
    blocks += _touchpoints(data, rows)
    blocks += _depends(data)
    return Section("paths", _TITLE, tuple(blocks))


def _lead(told: list[Row], asked: int) -> str:
    if not asked:
        return "Nothing can be told of it: no behaviour goes with both an operation and a perception here."
    if not told:
        return "No effect on a behaviour is clear enough to say which share of it passes through how customers feel."
    sure = [row for row in told if row["low"] is not None and row["low"] > 0]
    if not sure:
        return "Of no effect on a behaviour can it be told that part of it passes through how customers feel."
    most = sum(row["low"] > 0.5 for row in sure)
    clearly = "clearly passes" if len(sure) == 1 else "clearly pass"
    mostly = f"{numbers.count(most)} of them mostly" if most else "of none is it clear that most of it does"
    return (
        f"Of {numbers.counted(len(told), 'effect')} with a share, {numbers.count(len(sure))} {clearly} in part through"
        f" how customers feel; {mostly}."
    )


def _told_from_nothing(row: Row) -> bool:
    return excludes_zero(row["low"], row["high"])


def _share(row: Row) -> str:
    """As 'about a third [20, 45] %'; no word for what may be nothing."""
    words = row["words"] if _told_from_nothing(row) else "cannot be told"
    return f"{words} {numbers.share_interval(row['low'], row['high'])}"


def _shares(data: ReportData, rows: list[Row]) -> Block:
    body = []
    for row in sorted(rows, key=lambda row: -row["share"]):
        body.append(
            [
                *(Cell(data.stepped(row["cause"])), Cell(data.label(row["outcome"]))),
                Cell(_share(row), numeric=True, muted=not _told_from_nothing(row)),
                *(_amount(row, name) for name in ("via", "direct", "total")),
                Cell(numbers.count(row["n"]), numeric=True),
            ]
        )
    head = (
        "Driver",
        "Behaviour",
        "Share through feelings",
        "Through feelings",
        "Otherwise",
        "Together",
        "n",
    )
    return table(f"Each driver {data.change}, among those who answered", head, [list(r) for r in body])


def _amount(row: Row, name: str) -> Cell:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    text = numbers.with_interval(value, low, high, row["unit"])
    return Cell(text, numeric=True, muted=theme.state_of(low, high) == "unsure")


def _missing(data: ReportData, rows: list[Row]) -> tuple[tuple[str, str], ...]:
    """Causes and outcomes with the same reason share a line."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["reason"] is not None:
            pair = f"{data.label(row['cause'])} on {data.label(row['outcome'])}"
            reasons.setdefault(data.clause(row["reason"]), []).append(pair)
    return tuple((", ".join(pairs), reason) for reason, pairs in reasons.items())


def _touchpoints(data: ReportData, rows: list[Row]) -> list[Block]:
    """From how a touchpoint is felt to how the whole is."""
    felt = [row for overall in data.perceptions for row in data.effects(overall, "perception")]
    if not felt:
        return []
    body = [
        [
            *(Cell(data.label(row["cause"])), Cell(row["change"]), Cell(data.label(row["outcome"]))),
            Cell(data.interval(row), numeric=True, muted=data.state(row, row["outcome"]) == "unsure"),
            Cell(numbers.count(row["n"]), numeric=True),
        ]
        for row in felt
    ]
    head = ("Touchpoint", "Change", "Overall", "Goes with", "n")
    overall = joined(list(dict.fromkeys(data.label(row["outcome"]) for row in felt)))
    caption = "At the same operations, controls and other touchpoints; the order of the two is as declared."
    blocks: list[Block] = [table(caption, head, [list(row) for row in body], text=3)]
    onward = [r for r in rows if r["cause_kind"] == "perception" or r["outcome"] in data.perceptions]
    lines = tuple(
        (
            f"{data.label(row['cause'])} on {data.label(row['outcome'])}",
            _onward(data, row),
        )
        for row in onward
        if row["share"] is not None
    )
    if lines:
        blocks.append(Listing(lines))
    return [Details(f"From a touchpoint to the whole: what goes with better {overall}", tuple(blocks))]


def _onward(data: ReportData, row: Row) -> str:
    between = numbers.share_interval(row["low"], row["high"])
    if not _told_from_nothing(row):
        return f"whether a part passes through {_through(data, row)} cannot be told: {between}"
    return f"{row['words']} {between} passes through {_through(data, row)}"


def _through(data: ReportData, row: Row) -> str:
    return joined([data.label(name) for name in row["through"]])


def _depends(data: ReportData) -> list[Block]:
    """Interactions and natural effects."""
    crossed = [r for r in data.rows("interactions") if r["behaviour"] not in data.rare_behaviours]
    known = [row for row in crossed if row["estimate"] is not None]
    if not known:
        reasons = dict.fromkeys(data.clause(row["reason"]) for row in crossed if row["reason"] is not None)
        listed = Listing(tuple((reason, "") for reason in reasons))
        return (
            [Details("Whether it depends on how customers feel cannot be told", (listed,))] if reasons else []
        )
    clear = [row for row in known if _clear(row)]
    body = [
        [
            *(Cell(data.label(row[name])) for name in ("driver", "perception", "behaviour")),
            Cell(data.interval(row), numeric=True, muted=row not in clear),
            *(Cell(_q(row[name]), numeric=True) for name in ("q_value", "p_beside_squares")),
        ]
        for row in sorted(known, key=lambda row: row["p_value"] if row["p_value"] is not None else 1.0)
    ]
    head = ("Driver", "Perception", "Behaviour", "Differs by, a point", "q", "p beside bends")
    natural = _natural(data)
    message = (
        f"It clearly depends on how customers feel in {numbers.count(len(clear))} of"
        f" {numbers.counted(len(known), 'case')}"
        if clear
        else "Nowhere does it clearly depend on how customers feel"
    )
    blocks: list[Block] = [
        Paragraph(_DEPENDS),
        table("Driver and perception together", head, [list(r) for r in body], text=3),
    ]
    return [Details(message, (*blocks, *natural))]


def _clear(row: Row) -> bool:
    """Whether it stands among all that were asked, and beside bent lines."""
    told = (row["q_value"], row["p_beside_squares"])
    return all(value is not None and value <= _SMALL for value in told)


def _natural(data: ReportData) -> list[Block]:
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in data.rows("natural_effects"):
        if row["estimate"] is not None and row["behaviour"] not in data.rare_behaviours:
            found.setdefault((row["driver"], row["behaviour"], row["through"]), {})[row["effect"]] = row
    if not found:
        return []
    body = [
        [
            *(Cell(data.stepped(driver)), Cell(data.label(behaviour))),
            *(_natural_cell(data, of[kind]) for kind in _KINDS),
        ]
        for (driver, behaviour, _), of in found.items()
    ]
    head = ("Driver", "Behaviour", "At feelings as they are", "Through feelings", "Only together", "Total")
    return [Paragraph(_NATURAL), table(f"Each driver {data.change}", head, [list(r) for r in body], text=2)]


def _natural_cell(data: ReportData, row: Row) -> Cell:
    muted = theme.state_of(row["low"], row["high"]) == "unsure"
    return Cell(data.interval(row), numeric=True, muted=muted)


def _q(value: float | None) -> str:
    if value is None:
        return numbers.MISSING
    return "< 0.001" if value < 0.001 else f"{value:.2g}"
