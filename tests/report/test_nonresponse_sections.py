"""The report's sections on who answered: what is told of weights, of the silent, and of what would make a claim fall."""

from __future__ import annotations

import re

import pytest

from lineofsight.analyses.nonresponse.populations_section import populations
from lineofsight.analyses.nonresponse.response_section import response
from lineofsight.analyses.nonresponse.weighting_section import weighting
from lineofsight.reasons import Reason
from lineofsight.report.blocks import Details, Figure, Heading, Paragraph, Section, TableBlock
from lineofsight.report.data import ReportData, Row
from lineofsight.runs.reader import Run
from lineofsight.words.nonresponse import moved

from .changes import Tables, changed, put
from .conftest import Opener, Runs

SATISFIED = "Satisfaction with the order"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("−", "-")


def texts(section: Section) -> list[str]:
    return [plain(block.text) for block in section.blocks if isinstance(block, Paragraph)]


def tables(section: Section) -> list[TableBlock]:
    inside = [block for part in section.blocks if isinstance(part, Details) for block in part.blocks]
    return [block for block in (*section.blocks, *inside) if isinstance(block, TableBlock)]


@pytest.fixture(scope="module")
def section(data: ReportData) -> Section:
    """Who answered, of the marketplace."""
    return response(data)


# ---- who answered ----------------------------------------------------------------------------------------


def test_weights_are_told_in_words(data: ReportData, section: Section) -> None:
    *_, said = texts(section)
    (row,) = data.rows("weighting", perception="satisfaction")
    assert (
        f"Weighted to stand for all {row['asked']:,} who were asked, the {row['answered']:,} answers count like"
        f" {row['effective_sample_size']:,.0f}" in said
    )
    assert f"The heaviest counts like {row['largest_weight']:.1f} average ones." in said
    assert "meet the shares that the project declares for customer state." in said
    assert (
        row["nobody_like"] == ("payment=voucher",) and "Weights cannot make up for payment voucher: " in said
    )


def test_weights_that_were_cut_are_told(run_of: Runs) -> None:
    """No project of a test's size has weights beyond ten times their mean."""
    data = changed(run_of("accounts"), put("weighting", {"trimmed": 0.012}, perception="recommend"))
    said = " ".join(texts(response(data)))
    assert " average ones; 1.2 % were cut to about ten." in said


def test_a_weighted_mean_stands_beside_the_unweighted(data: ReportData, section: Section) -> None:
    *_, said = texts(section)
    mine = {"perception": "satisfaction", "segment": None}
    (mean,) = data.rows("perceptions", **mine, statistic="mean")
    assert mean["weighted"] > mean["high"], "the angry answer more"
    low, high = (f"{mean[end]:.2f}" for end in ("weighted_low", "weighted_high"))
    assert (
        f"With weights its mean is {mean['weighted']:.2f} points (95 % interval {low} to {high})"
        f" instead of {mean['value']:.2f} points." in said
    )


def test_balance_is_one_picture_before_and_after(data: ReportData, section: Section) -> None:
    pictures = [block for block in section.blocks if isinstance(block, Figure)]
    assert len(pictures) == 2
    rows = data.rows("silent", perception="satisfaction")
    weighable = [row for row in rows if row["from_asked_weighted"] is not None]
    assert all(abs(row["from_asked_weighted"]) < 0.1 for row in weighable)
    far = sum(abs(row["from_asked"]) > 0.1 for row in weighable)
    assert far > 1
    assert pictures[1].alt == f"{SATISFIED}: weights even out all {far} notable differences"


def test_those_who_answered_like_all_need_no_weights(run_of: Runs) -> None:
    data = ReportData(run_of("accounts"))
    (row,) = data.rows("silent", perception="recommend", variable="hours")
    assert abs(row["from_asked"]) < 0.1
    _, balance = [block.alt for block in response(data).blocks if isinstance(block, Figure)]
    assert balance.startswith("Would recommend: those who answered are like all who were asked")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (0.3, 0.02, "weights even out the one notable difference"),
        (0.3, 0.2, "weights leave those who answered unlike all who were asked in Hours to a fix"),
    ],
)
def test_the_picture_says_what_weights_did(run_of: Runs, before: float, after: float, message: str) -> None:
    small = put("silent", {"from_asked": 0.03, "from_asked_weighted": 0.0})
    one = put("silent", {"from_asked": before, "from_asked_weighted": after}, variable="hours")
    blocks = response(changed(run_of("accounts"), small, one)).blocks
    pictures = [block for block in blocks if isinstance(block, Figure)]
    assert pictures[1].alt == f"Would recommend: {message}"


def test_without_weights_it_says_why_and_shows_the_silent(run_of: Runs) -> None:
    blocks = response(ReportData(run_of("nearly all answered"))).blocks
    figures = [block for block in blocks if isinstance(block, Figure)]
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert len(figures) == 2 and figures[1].alt.startswith("Who was not heard.")
    assert any(
        text.startswith("These answers cannot be weighted to stand for the silent: too few: 3 did not answer")
        for text in said
    )


def test_what_the_same_people_answered_is_not_drawn_twice(section: Section) -> None:
    blocks = section.blocks
    (again,) = [b for b in blocks if isinstance(b, Details) and b.summary.startswith("Would recommend")]
    said, *others = again.blocks
    assert not any(isinstance(block, Figure) for block in others)
    assert isinstance(said, Paragraph) and said.text.startswith(
        f"The same people answered as for {SATISFIED}"
    )


# ---- what if everyone had answered -----------------------------------------------------------------------


def answered(data: ReportData) -> list[Row]:
    """Effects of everyone on main outcomes that rest on answers, and have an estimate without weights."""
    rows = data.rows("weighted_effects", segment=None)
    return [row for row in rows if row["outcome"] in data.outcomes and row["unweighted"] is not None]


def test_effects_that_move_are_shown_and_the_others_counted(data: ReportData) -> None:
    rows = answered(data)
    far = [row for row in rows if moved(row)]
    lead = texts(weighting(data))[0]
    assert 0 < len(far) < len(rows) and all(row["estimate"] is not None for row in rows)
    assert lead == (
        f"{len(rows)} effects rest on answers. With weights {len(far)} move noticeably,"
        f" {len(rows) - len(far)} do not."
    )
    table = tables(weighting(data))[0]
    assert len(table.rows) == len(far)
    told = {(row[0].text, row[1].text, row[2].text): row[3].text for row in table.rows}
    name = data.label("first_reply"), SATISFIED, "In total"
    assert told[name] == "It is clearly smaller"


def test_effects_that_cannot_be_weighted_are_counted(run: Run) -> None:
    """Here they can; where too few are silent none can, and nothing moves or stays."""
    gone = dict.fromkeys(
        ("estimate", "low", "high", "difference", "difference_low", "difference_high", "tipping_point")
    )
    few = Reason.FEW_SILENT(n=127, columns=31, needed=310)
    data = changed(run, put("weighted_effects", {**gone, "reason": few}, outcome="ease", segment=None))
    rows = answered(data)
    none = sum(row["estimate"] is None for row in rows)
    assert none > 5 and f"; {none} cannot be weighted." in texts(weighting(data))[0]


def test_where_weights_change_nothing_it_says_so(run: Run) -> None:
    same = put("weighted_effects", {"difference": 0.0, "difference_low": -1e-9, "difference_high": 1e-9})

    def still(tables: Tables) -> None:
        for row in tables["weighted_effects"]:
            if row.get("estimate") is not None:
                row |= {end: row[f"unweighted_{end}"] for end in ("low", "high")}
                row["estimate"] = row["unweighted"]

    section = weighting(changed(run, same, still))
    assert "with weights none of them moves noticeably" in texts(section)[0]
    assert [table.caption for table in tables(section)] == ["Clear totals, those that fall first on top"]


def test_tipping_points_begin_with_the_claim_that_leans_most_on_the_silent(data: ReportData) -> None:
    section = weighting(data)
    assert "How different would the silent have to be?" in [
        b.text for b in section.blocks if isinstance(b, Heading)
    ]
    table = tables(section)[-1]
    clear = [
        row for row in data.rows("weighted_effects", path="total", segment=None)
        if row["tipping_point"] is not None and row["outcome"] in data.outcomes
    ]  # fmt: skip
    assert len(table.rows) == len(clear) > 5
    first = min(clear, key=lambda row: abs(row["tipping_point"] / row["unweighted"]))
    assert table.rows[0][0].text.startswith(data.label(first["cause"]))
    assert f"{plain(first['tipping_words'])}." in texts(section)[-1]
    for row in table.rows:
        assert re.fullmatch(r"-.* or less|\+.* or more", plain(row[3].text))
        assert not re.search(r"\b0(\.0*)? or", plain(row[3].text))


def test_what_can_hardly_be_told_has_no_tipping_point(run: Run) -> None:
    change = put("behaviours", {"caution": Reason.TOO_RARE(n=2, columns=26)}, behaviour="returned")
    table = tables(weighting(changed(run, change)))[-1]
    assert table.rows and "Ordered again within 180 days" not in {row[1].text for row in table.rows}


def test_where_all_answered_there_is_nothing_to_ask(run_of: Runs) -> None:
    (lead,) = texts(weighting(ReportData(run_of("all answered"))))
    assert lead.startswith("There is nothing to ask: everybody who was asked answered")


# ---- do the silent behave alike --------------------------------------------------------------------------


def test_the_test_of_the_silent_is_told_for_each_behaviour(data: ReportData) -> None:
    said = texts(populations(data))[1]
    p = {row["behaviour"]: row["p_together"] for row in data.rows("populations")}
    assert (
        "Ordered again within 180 days: no clear difference between those who answered and the silent" in said
    )
    assert f"(p = {p['returned']:.2g})" in said
    assert "Spend in the next 180 days: those who answered and the silent clearly differ" in said
    assert f"(p = {p['spend']:.2g})" in said and said.endswith("may not hold for everyone.")
    (table,) = tables(populations(data))
    assert table.head[-2:] == ("The silent", "Respondents less the silent")


def test_that_nothing_was_found_is_no_proof(run: Run) -> None:
    said = texts(populations(changed(run, put("populations", {"p_together": 0.4}))))[1]
    assert said.endswith("that nothing was found does not show that they are the same.")


def test_where_nobody_is_silent_there_is_no_test(run_of: Runs) -> None:
    section = populations(ReportData(run_of("all answered")))
    assert len(texts(section)) == 1
    assert tables(section)[0].head[-1] == "Difference"


# ---- as a page -------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_of_balance_shows_both_dots_and_its_guides(open_page: Opener, width: int) -> None:
    page, trouble = open_page(width, 900)
    drawn = page.locator("#heard figure").nth(1).locator("svg:visible")
    said = drawn.text_content()
    assert "Hollow: as answered; filled: with weights." in said
    assert "Answered less all asked, standard deviations" in said
    assert "Days from order to delivery" in said and " → " in said
    assert drawn.locator("path[fill='#ffffff']").count() == len(re.findall(" → ", said))
    assert page.locator("#unheard h3").is_visible()
    assert trouble == []
