from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lineofsight.analyses.bands.charts import bands_chart
from lineofsight.analyses.effects.charts import effects_chart
from lineofsight.analyses.importance.charts import importance_performance_chart
from lineofsight.analyses.importance.quadrants import Point, points_of, quadrant
from lineofsight.analyses.money.charts import money_chart
from lineofsight.analyses.nonresponse.charts import balance_chart, response_chart, silent_chart
from lineofsight.analyses.overview.charts import Link, Node, chain_chart
from lineofsight.analyses.segments.charts import segments_chart
from lineofsight.analyses.why_moved.charts import changes_chart
from lineofsight.reasons import Reason
from lineofsight.report.charts import theme
from lineofsight.report.charts.render import to_spec, to_svg
from lineofsight.report.data import ReportData, Row
from lineofsight.runs.reader import Run

from .changes import changed, put
from .marketplace import LEVELS, NEVER_VARIES, OPERATIONS

WIDTHS = (theme.DESKTOP, theme.PHONE)
Draw = Callable[[int], Any]


FALL = {"outcome": "satisfaction", "from": "2018-Q2", "to": "2018-Q3"}


@pytest.fixture(scope="module")
def fall(run: Run) -> list[Row]:
    """Parcels got slower in the last quarter. One operation has no part, and of one it is hardly known."""
    tied = Reason.TIED_TO_PERIOD(at=FALL["from"], other=FALL["to"])
    gone = {**dict.fromkeys(("estimate", "low", "high")), "reason": tied}
    return changed(
        run,
        put("changes", gone, driver=NEVER_VARIES, **FALL),
        put("changes", {"low": -3.0, "high": 3.0}, driver="opening_hours", **FALL),
    ).rows("changes", **FALL)


@pytest.fixture(scope="module")
def charts(data: ReportData, fall: list[Row]) -> dict[str, Draw]:
    said, labels = "satisfaction", data.labels
    points = points_of(data.rows("importance", outcome=said, segment=None), data.drivers, labels)
    return {
        "effects": lambda width: effects_chart(data.effects(said), "Satisfaction", labels, width),
        "costs": lambda width: effects_chart(data.effects("care_cost"), "Cost", labels, width, good=-1),
        "money": lambda width: money_chart(data.rows("money", segment=None), "BRL", labels, width),
        "response": lambda width: response_chart(
            data.rows("response", perception=said), "Sat", data.label, width
        ),
        "silent": lambda width: silent_chart(data.rows("silent", perception=said), "Sat", data.label, width),
        "balance": lambda width: balance_chart(
            data.rows("silent", perception=said), data.label, width, title="Sat: weights even it out"
        ),
        "map": lambda width: importance_performance_chart(points, "Satisfaction", width),
        "segments": lambda width: segments_chart(
            data.effects(said, segments=True), "Satisfaction", "state", labels, width
        ),
        "changes": lambda width: changes_chart(
            fall, [row["driver"] or row["part"] for row in fall], "Satisfaction: most of the fall", width
        ),
        "bands": lambda width: bands_chart(
            data.rows("bands", driver="late", outcome=said), "Satisfaction", "points", "%"
        ),
    }


def spec_of(chart: Any) -> dict[str, Any]:
    return to_spec(chart)


def datasets(spec: Any) -> Iterator[list[dict[str, Any]]]:
    """All rows a spec holds, dataset by dataset."""
    if isinstance(spec, dict):
        if spec.get("data", {}).get("values"):
            yield spec["data"]["values"]
        for layer in spec.get("layer", []):
            yield from datasets(layer)


def axis_title(spec: dict[str, Any]) -> str:
    axes = [layer["encoding"].get("x", {}).get("axis") for layer in spec["layer"]]
    return next(axis["title"] for axis in axes if axis)


def rows_with(spec: dict[str, Any], field: str) -> list[dict[str, Any]]:
    return next(rows for rows in datasets(spec) if field in rows[0])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "name",
    ["effects", "costs", "money", "response", "silent", "balance", "map", "segments", "changes", "bands"],
)
def test_every_chart_keeps_its_width_and_draws(charts: dict[str, Draw], name: str, width: int) -> None:
    chart = charts[name](width)
    spec = spec_of(chart)
    padding = spec["padding"]
    outer = padding["left"] + spec["width"] + padding["right"]
    assert outer == (width if name != "bands" else 310)
    assert spec["title"]["text"]
    root = ET.fromstring(to_svg(chart, "what it says"))
    assert float(root.attrib["width"]) == pytest.approx(outer, abs=1)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "what it says"


def test_effects_are_sorted_and_what_cannot_be_told_is_muted(
    data: ReportData, charts: dict[str, Draw]
) -> None:
    spec = spec_of(charts["effects"](theme.DESKTOP))
    rows = rows_with(spec, "value")
    values = [row["value"] for row in rows]
    assert values == sorted(values, reverse=True)
    known = {row["cause"]: row for row in data.effects("satisfaction") if row["estimate"] is not None}
    assert len(rows) == len(known) == len(OPERATIONS) - 1
    for row in rows:
        assert (row["state"] == "unsure") == (row["low"] <= 0 <= row["high"])
    assert "1 driver cannot be estimated" in " ".join(spec["title"]["subtitle"])
    assert axis_title(spec) == "Difference in Satisfaction, points"


def bars(chart: Any) -> list[dict[str, Any]]:
    """A waterfall's bars: the largest of the datasets of which each row begins and ends somewhere."""
    return max((rows for rows in datasets(spec_of(chart)) if "begin" in rows[0]), key=len)


def test_a_waterfall_goes_from_nothing_to_the_whole(data: ReportData, charts: dict[str, Draw]) -> None:
    rows = bars(charts["changes"](theme.DESKTOP))
    *steps, whole = rows
    assert steps[0]["begin"] == whole["begin"] == 0
    for one, two in itertools.pairwise(steps):
        assert two["begin"] == pytest.approx(one["end"])
    assert steps[-1]["end"] == pytest.approx(whole["end"])
    names = [row["name"] for row in steps]
    assert names[0] == "delivery_days" and names[-2:] == ["mix", "unexplained"]
    assert NEVER_VARIES not in names, "it has no part"
    assert steps[0]["colour"] == theme.colour("bad")
    (told,) = data.rows("changes", driver="delivery_days", **FALL)
    assert steps[0]["low"] == pytest.approx(told["low"])
    wild = next(row for row in rows if row["name"] == "opening_hours")
    assert wild["cut_low"] and wild["cut_high"]


def test_a_waterfall_joins_small_operations_where_there_are_many(fall: list[Row]) -> None:
    rows = fall
    extra = [
        {**rows[2], "driver": f"more {at}", "estimate": 0.001, "low": 0.0, "high": 0.002} for at in range(5)
    ]
    made = [*rows[:-1], *extra, rows[-1]]
    drawn = bars(changes_chart(made, [row["driver"] or row["part"] for row in made], "S", 1040))
    assert len(drawn) == 12 + 1 + 3
    assert drawn[12]["name"] == "4 other operations"
    parts = [row["estimate"] for row in made if row["part"] == "operation" and row["estimate"] is not None]
    small = sum(sorted(parts, key=abs)[:4])
    assert drawn[12]["end"] - drawn[12]["begin"] == pytest.approx(small, abs=1e-3)


def test_less_cost_is_better_and_comes_first(charts: dict[str, Draw]) -> None:
    rows = rows_with(spec_of(charts["costs"](theme.DESKTOP)), "value")
    assert [row["value"] for row in rows] == sorted(row["value"] for row in rows)
    assert next(row["state"] for row in rows if row["state"] != "unsure") == "good"


def test_one_wild_interval_does_not_press_the_others(charts: dict[str, Draw]) -> None:
    rows = rows_with(spec_of(charts["effects"](theme.DESKTOP)), "value")
    wild = next(row for row in rows if row["name"] == OPERATIONS["opening_hours"][0])
    assert wild["cut_low"] and wild["cut_high"]
    assert not any(row["cut_high"] for row in rows if row is not wild)


def test_money_is_in_thousands_with_its_unit(charts: dict[str, Draw]) -> None:
    spec = spec_of(charts["money"](theme.PHONE))
    assert axis_title(spec) == "BRL thousand a year"
    values = [row["value"] for row in rows_with(spec, "value")]
    assert values == sorted(values, reverse=True)


def test_response_starts_with_everyone_and_silent_has_its_guides(charts: dict[str, Draw]) -> None:
    rows = rows_with(spec_of(charts["response"](theme.DESKTOP)), "value")
    assert rows[0]["name"] == "Everyone"
    spec = spec_of(charts["silent"](theme.DESKTOP))
    guides = {row["at"] for rows in datasets(spec) for row in rows if "at" in row}
    assert guides == {0.0, -0.1, 0.1}
    sizes = [abs(row["value"]) for row in rows_with(spec, "value")]
    assert sizes == sorted(sizes, reverse=True)


def test_balance_has_each_row_before_and_after_the_largest_first(
    data: ReportData, charts: dict[str, Draw]
) -> None:
    spec = spec_of(charts["balance"](theme.DESKTOP))
    rows = {
        row["variable"]: row
        for row in data.rows("silent", perception="satisfaction")
        if row["from_asked_weighted"] is not None
    }
    drawn = rows_with(spec, "value")
    assert {0.0, -0.1, 0.1} == {row["at"] for each in datasets(spec) for row in each if "at" in row}
    assert len(drawn) == len(rows)
    before = [abs(row["before"]) for row in drawn]
    assert before == sorted(before, reverse=True)
    (photos,) = [row for row in drawn if row["name"] == "Photos in the listing"]
    assert (photos["before"], photos["value"]) == (
        rows["photos"]["from_asked"],
        rows["photos"]["from_asked_weighted"],
    )


def test_quadrants() -> None:
    points = [Point("a", 10, 40), Point("b", 90, 40), Point("c", 10, 5), Point("d", 90, 5)]
    names = [quadrant(point, points) for point in points]
    assert names == ["Fix first", "Keep up", "Low priority", "Possible overkill"]


def test_heat_map_colours_only_what_can_be_told(charts: dict[str, Draw]) -> None:
    cells = rows_with(spec_of(charts["segments"](theme.DESKTOP)), "estimate")
    assert len(cells) == len(OPERATIONS) * (1 + len(LEVELS))
    coloured = {theme.colour(f"{side}{step}") for side in ("good", "bad") for step in (1, 2, 3)}
    fills = {cell["fill"] for cell in cells}
    assert fills & coloured
    assert {cell["text"] for cell in cells if cell["estimate"] is None} == {"–"}
    assert all(cell["fill"] == theme.colour("paper") for cell in cells if cell["estimate"] is None)


def test_chain_draws_links_by_what_can_be_told_and_how_much() -> None:
    operations = [Node("a", "A", "2 → 1 days", "Care"), Node("b", "B", "", "Care")]
    links = [
        Link("a", "c", 0.4, "good"),
        Link("b", "c", 0.2, "bad"),
        Link("c", "r", 0.1, "good"),
        Link("a", "gone", 1.0, "good"),
    ]
    money = [Node("r", "BRL 41", "per customer kept")]
    chart = chain_chart(operations, [Node("c", "C")], [Node("r", "R")], money, links, theme.DESKTOP)
    spec = spec_of(chart)
    lines = [row for rows in datasets(spec) for row in rows if "source" in row]
    thick = {(row["source"], row["target"]): row["thick"] for row in lines}
    assert thick["a", "c"] == pytest.approx(2 * thick["b", "c"])
    assert thick["c", "r"] == thick["a", "c"], "each step has its own scale"
    assert ("a", "gone") not in thick
    assert {row["stroke"] for row in lines if row["source"] == "b"} == {theme.colour("bad")}
    assert "BRL 41" in to_svg(chart, "")


def test_chain_without_perceptions_goes_straight_to_behaviours() -> None:
    chart = chain_chart(
        [Node("a", "A")], [], [Node("r", "R")], [], [Link("a", "r", 1.0, "unsure")], theme.PHONE
    )
    assert "They feel" not in to_svg(chart, "")
