"""What the page claims of segments and paths is no more than their tests and intervals bear."""

from __future__ import annotations

from typing import Any

import pytest

from lineofsight.analyses.effects.section import effects
from lineofsight.analyses.money.section import money
from lineofsight.analyses.overview.section import chain
from lineofsight.analyses.paths.section import paths
from lineofsight.analyses.segments.section import segments
from lineofsight.reasons import Reason
from lineofsight.report.blocks import Details, Figure, Listing, Paragraph, TableBlock
from lineofsight.report.charts import theme
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.words.reasons import clause

from .changes import Change, Tables, changed, put
from .conftest import Runs

WHAT = {"driver": "hours", "outcome": "kept"}
RARE = Reason.TOO_RARE(n=47, columns=26)


@pytest.fixture(scope="module")
def visits(run_of: Runs) -> Run:
    """A small company with two segments, north and south."""
    return run_of("all answered")


def maps(data: ReportData) -> Details:
    """The map of the behaviour 'kept'."""
    (found,) = [b for b in segments(data).blocks if isinstance(b, Details) and b.summary.startswith("Stayed")]
    return found


def summary(visits: Run, *changes: Change) -> str:
    return maps(changed(visits, *changes)).summary.removeprefix("Stayed by region: ")


def test_no_segment_is_named_where_the_test_finds_no_difference(visits: Run) -> None:
    assert summary(visits) == "no clear difference between segments"


def test_a_segment_alone_does_not_stand_out_where_segments_do_not_differ(visits: Run) -> None:
    apart = put("segments", {"p_value": 0.001, "q_value": 0.01}, **WHAT, segment="region = south")
    assert summary(visits, apart) == "no clear difference between segments"


def test_where_segments_differ_the_one_that_stands_out_is_named_with_its_difference(visits: Run) -> None:
    differ = put("heterogeneity", {"p_value": 0.0001, "q_value": 0.001}, **WHAT)
    alone = summary(visits, differ)
    assert alone == "segments differ with Waiting time"
    sizes = {"difference": 0.05, "difference_low": 0.03, "difference_high": 0.07}
    apart = put("segments", {**sizes, "p_value": 0.001, "q_value": 0.01}, **WHAT, segment="region = south")
    told = summary(visits, differ, apart).replace("\u00a0", " ")
    assert told == "south stands out, with Waiting time (+0.05 [0.03, 0.07] pp against the others)"


def test_of_rare_behaviours_and_untested_segments_nothing_is_claimed(visits: Run) -> None:
    rare = put("behaviours", {"caution": RARE}, behaviour="kept")
    assert summary(visits, rare) == "can hardly be told"
    reason = Reason.NOTHING_TO_POOL(n=1, total=1)
    untested = put("heterogeneity", {"p_value": None, "q_value": None, "reason": reason})
    assert summary(visits, untested) == "whether segments differ cannot be told"


@pytest.mark.parametrize(
    ("share", "lead", "cell"),
    [
        (
            (0.66, 0.55, 0.78),
            "Of 1 effect with a share, 1 clearly passes in part through how customers feel; 1 of them mostly.",
            "about two thirds [55, 78] %",
        ),
        (
            (0.66, 0.28, 1.87),
            "Of 1 effect with a share, 1 clearly passes in part through how customers feel;"
            " of none is it clear that most of it does.",
            "about two thirds [28, 187] %",
        ),
        (
            (0.1, -0.02, 0.22),
            "Of no effect on a behaviour can it be told that part of it passes through how customers feel.",
            "cannot be told [−2, 22] %",
        ),
    ],
)
def test_a_share_is_called_what_its_interval_bears(
    run_of: Runs, share: tuple[float, float, float], lead: str, cell: str
) -> None:
    value: dict[str, Any] = dict(zip(("share", "low", "high"), share, strict=True))
    words = "about two thirds" if share[0] > 0.5 else "about a tenth"

    section = paths(changed(run_of("touchpoints"), put("mediation", value | {"words": words}, cause="days")))
    first = section.blocks[0]
    assert isinstance(first, Paragraph) and first.text == lead
    (shares,) = [block for block in section.blocks if isinstance(block, TableBlock)]
    assert shares.rows[0][2].text.replace("\u00a0", " ") == cell
    assert shares.rows[0][2].muted == cell.startswith("cannot")


def test_money_through_feelings_has_its_interval_in_the_scale_of_the_list(run: Run) -> None:
    def change(tables: Tables) -> None:
        rows = [
            row for row in tables["money"] if row["segment"] is None and row["money_per_year"] is not None
        ]
        for row in rows:
            row |= {"money_per_year": 5_000.0, "low": 1_000.0, "high": 8_000.0}
            row |= {"via_perception": 271.0, "via_low": -310.0, "via_high": 840.0}
        rows[0] |= {"money_per_year": 31_000.0, "low": 24_000.0, "high": 39_000.0}
        rows[0] |= {"via_perception": 9_320.0, "via_low": 6_100.0, "via_high": 13_200.0}

    section = money(changed(run, change))
    (body,) = [b.blocks[0] for b in section.blocks if isinstance(b, Details)]
    assert isinstance(body, TableBlock)
    amounts = [[cell.text.replace("\u00a0", " ") for cell in row[1:3]] for row in body.rows[:2]]
    assert amounts[0] == ["BRL 31 k [24, 39]", "BRL 9 k [6, 13]"]
    assert amounts[1] == ["BRL 5 k [1, 8]", "BRL 0.3 k [−0.3, 0.8]"]
    assert [row[2].muted for row in body.rows[:2]] == [False, True]


def test_legend_glossary_and_drawing_agree_where_a_behaviour_is_rare(visits: Run) -> None:
    """Clear intervals of what can hardly be told are grey, and nothing says that they include zero."""
    data = changed(visits, put("behaviours", {"caution": RARE}, behaviour="kept"))
    rows = data.effects("kept")
    assert any(row["low"] is not None and row["low"] > 0 for row in rows)
    page = effects(data)
    (found,) = [b for b in page.blocks if isinstance(b, Details) and b.summary.endswith("can hardly be told")]
    drawn = next(block for block in found.blocks if isinstance(block, Figure))
    assert theme.colour("good") not in drawn.desktop and "can hardly be told" in drawn.desktop
    assert "told from nothing" not in drawn.desktop
    table = next(block for block in found.blocks if isinstance(block, TableBlock))
    assert f"all grey: it can hardly be told, since {clause(RARE)}." in table.caption
    (heat,) = maps(data).blocks
    assert isinstance(heat, Figure) and "told from nothing" not in heat.desktop
    assert not any(theme.colour(f"good{step}") in heat.desktop for step in (1, 2, 3))
    (clear,) = maps(changed(visits)).blocks
    assert isinstance(clear, Figure)
    assert any(theme.colour(f"good{step}") in clear.desktop for step in (1, 2, 3))
    lead, picture, *_ = chain(data).blocks
    assert isinstance(lead, Paragraph) and isinstance(picture, Figure)
    assert lead.text.endswith("cannot be told from nothing or, to Stayed, can hardly be told.")
    assert ">not clear<" in picture.desktop and ">cannot be told from nothing<" not in picture.desktop


def test_a_clear_cell_of_the_heat_map_never_reads_as_nothing(visits: Run) -> None:
    sizes = {"estimate": 0.002, "low": 0.001, "high": 0.003}
    data = changed(
        visits, put("effects", sizes, cause="photos", outcome="kept", segment="region = south", path="total")
    )
    (heat,) = maps(data).blocks
    assert isinstance(heat, Figure) and ">+0.002<" in heat.desktop


def test_names_in_reasons_and_levels_of_controls_are_read_as_words(visits: Run) -> None:
    reason = Reason.MOVES_WITH(names=("hours",), others=())
    gone = dict.fromkeys(("estimate", "low", "high", "standard_error"))
    data = changed(visits, put("effects", {**gone, "reason": reason}, cause="photos", outcome="kept"))
    (found,) = [b for b in effects(data).blocks if isinstance(b, Details) and b.summary.startswith("Stayed")]
    (listing,) = [block for block in found.blocks if isinstance(block, Listing)]
    assert listing.items == (
        ("Photos", "it moves exactly with 'Waiting time': the two cannot be told apart"),
    )
    assert data.label("customer_state=MT") == "customer state MT"
