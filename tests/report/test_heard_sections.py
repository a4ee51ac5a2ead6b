"""The report's sections on who answered: what is told of weights, of the silent, and of what would make a claim fall."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lineofsight.analyses.nonresponse.populations_section import populations
from lineofsight.analyses.nonresponse.response_section import response
from lineofsight.analyses.nonresponse.weighting_section import weighting
from lineofsight.reasons import Reason
from lineofsight.report.blocks import Details, Figure, Heading, Paragraph, Section, TableBlock
from lineofsight.report.data import Story
from lineofsight.words.nonresponse import moved

from .conftest import Opener
from .fake_evidence import Change, evident_story, put

SATISFIED = "Satisfaction with the order"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return evident_story(tmp_path_factory.mktemp("heard"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("−", "-")


def texts(section: Section) -> list[str]:
    return [plain(block.text) for block in section.blocks if isinstance(block, Paragraph)]


def tables(section: Section) -> list[TableBlock]:
    inside = [block for part in section.blocks if isinstance(part, Details) for block in part.blocks]
    return [block for block in (*section.blocks, *inside) if isinstance(block, TableBlock)]


def drop(*names: str) -> Change:
    def change(tables: dict[str, list[dict[str, Any]]]) -> None:
        for name in names:
            tables[name] = []

    return change


# ---- who answered ----------------------------------------------------------------------------------------


def test_weights_are_told_in_words(story: Story) -> None:
    *_, said = texts(response(story))
    assert "Weighted to stand for all 95,813 who were asked, the 40,241 answers count like 27,344" in said
    assert "The heaviest counts like 7.3 average ones; 1.2 % were cut to about ten." in said
    assert "meet the shares that the project declares for customer state." in said
    assert "Weights cannot make up for Orders cancelled for want of stock" in said


def test_a_weighted_mean_stands_beside_the_unweighted(tmp_path: Path) -> None:
    values = {"value": 4.05, "low": 4.04, "high": 4.06, "unit": "points", "statistic": "mean"}
    weighted = {"weighted": 3.91, "weighted_low": 3.89, "weighted_high": 3.93}
    change = put("perceptions", {**values, **weighted}, perception="satisfaction", segment=None)
    *_, said = texts(response(evident_story(tmp_path, change)))
    assert said.endswith(
        "With weights its mean is 3.91 points (95 % interval 3.89 to 3.93) instead of 4.05 points."
    )


def test_balance_is_one_picture_before_and_after(story: Story) -> None:
    pictures = [block for block in response(story).blocks if isinstance(block, Figure)]
    assert len(pictures) == 2
    rows = story.rows("silent", perception="satisfaction")
    assert all(abs(row["from_asked_weighted"]) < 0.1 for row in rows)
    far = sum(abs(row["from_asked"]) > 0.1 for row in rows)
    what = "even out" if far else "those who answered are like all who were asked"
    assert what in pictures[1].alt and pictures[1].alt.startswith(SATISFIED)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (0.3, 0.02, "weights even out the one notable difference"),
        (0.3, 0.2, "weights leave those who answered unlike all who were asked in Photos in the listing"),
    ],
)
def test_the_picture_says_what_weights_did(tmp_path: Path, before: float, after: float, message: str) -> None:
    small = put("silent", {"from_asked": 0.03, "from_asked_weighted": 0.0})
    one = put("silent", {"from_asked": before, "from_asked_weighted": after}, variable="photos")
    pictures = [b for b in response(evident_story(tmp_path, small, one)).blocks if isinstance(b, Figure)]
    assert pictures[1].alt == f"{SATISFIED}: {message}"


def test_without_weights_it_says_why_and_shows_the_silent(story: Story) -> None:
    (ease,) = [b for b in response(story).blocks if isinstance(b, Details) and b.summary.startswith("Ease")]
    figures = [block for block in ease.blocks if isinstance(block, Figure)]
    said = " ".join(block.text for block in ease.blocks if isinstance(block, Paragraph))
    assert len(figures) == 2 and figures[1].alt.startswith("Who was not heard.")
    assert said.startswith(
        "These answers cannot be weighted to stand for the silent: too few: 127 did not answer"
    )


def test_what_the_same_people_answered_is_not_drawn_twice(tmp_path: Path) -> None:
    def same(tables: dict[str, list[dict[str, Any]]]) -> None:
        for name in ("response", "silent"):
            mine = [row for row in tables[name] if row["perception"] == "satisfaction"]
            others = [row for row in tables[name] if row["perception"] == "ease"]
            tables[name] = mine + [{**row, "perception": "recommend"} for row in mine] + others

    blocks = response(evident_story(tmp_path, same)).blocks
    (again,) = [b for b in blocks if isinstance(b, Details) and b.summary.startswith("Would recommend")]
    (said,) = again.blocks
    assert isinstance(said, Paragraph) and said.text.startswith(
        f"The same people answered as for {SATISFIED}"
    )


# ---- what if everyone had answered -----------------------------------------------------------------------


def test_effects_that_move_are_shown_and_the_others_counted(story: Story) -> None:
    rows = [r for r in story.rows("weighted_effects") if r["outcome"] in story.outcomes]
    known = [row for row in rows if row["estimate"] is not None]
    far = [row for row in known if moved(row)]
    lead = texts(weighting(story))[0]
    assert 0 < len(far) < len(known) < len(rows)
    assert lead == (
        f"{len(rows)} effects rest on answers. With weights {len(far)} move noticeably,"
        f" {len(known) - len(far)} do not; {len(rows) - len(known)} cannot be weighted."
    )
    table = tables(weighting(story))[0]
    assert len(table.rows) == len(far)
    told = {row[0].text: row[3].text for row in table.rows}
    assert told["Hours to the first reply"] == "It is clearly larger"


def test_where_weights_change_nothing_it_says_so(tmp_path: Path) -> None:
    same = put("weighted_effects", {"difference": 0.0, "difference_low": -1e-9, "difference_high": 1e-9})

    def still(tables: dict[str, list[dict[str, Any]]]) -> None:
        for row in tables["weighted_effects"]:
            if row.get("estimate") is not None:
                row |= {end: row[f"unweighted_{end}"] for end in ("low", "high")}
                row["estimate"] = row["unweighted"]

    section = weighting(evident_story(tmp_path, same, still))
    assert "with weights none of them moves noticeably" in texts(section)[0]
    assert [table.caption for table in tables(section)] == ["Clear totals, those that fall first on top"]


def test_tipping_points_begin_with_the_claim_that_leans_most_on_the_silent(story: Story) -> None:
    section = weighting(story)
    assert "How different would the silent have to be?" in [
        b.text for b in section.blocks if isinstance(b, Heading)
    ]
    table = tables(section)[-1]
    clear = [
        row for row in story.rows("weighted_effects", path="total")
        if row["tipping_point"] is not None and row["outcome"] in story.outcomes
    ]  # fmt: skip
    assert len(table.rows) == len(clear) > 5
    first = min(clear, key=lambda row: abs(row["tipping_point"] / row["unweighted"]))
    assert table.rows[0][0].text.startswith(story.label(first["cause"]))
    assert f"{first['tipping_words']}." in texts(section)[-1]
    for row in table.rows:
        assert re.fullmatch(r"-.* or less|\+.* or more", plain(row[3].text))
        assert not re.search(r"\b0(\.0*)? or", plain(row[3].text))


def test_what_can_hardly_be_told_has_no_tipping_point(tmp_path: Path) -> None:
    change = put("behaviours", {"caution": Reason.TOO_RARE(n=2, columns=26)}, behaviour="returned")
    table = tables(weighting(evident_story(tmp_path, change)))[-1]
    assert table.rows and "Ordered again within 180 days" not in {row[1].text for row in table.rows}


def test_where_all_answered_there_is_nothing_to_ask(tmp_path: Path) -> None:
    (lead,) = texts(weighting(evident_story(tmp_path, drop("weighted_effects"))))
    assert lead.startswith("There is nothing to ask: everybody who was asked answered")


# ---- do the silent behave alike --------------------------------------------------------------------------


def test_the_test_of_the_silent_is_told_for_each_behaviour(story: Story) -> None:
    said = texts(populations(story))[1]
    assert (
        "Ordered again within 180 days: no clear difference between those who answered and the silent" in said
    )
    assert "(p = 0.47)" in said
    assert "Spend in the next 180 days: those who answered and the silent clearly differ" in said
    assert "(p = 0.003)" in said and said.endswith("may not hold for everyone.")
    (table,) = tables(populations(story))
    assert table.head[-2:] == ("The silent", "Respondents less the silent")


def test_that_nothing_was_found_is_no_proof(tmp_path: Path) -> None:
    said = texts(populations(evident_story(tmp_path, put("populations", {"p_together": 0.4}))))[1]
    assert said.endswith("that nothing was found does not show that they are the same.")


def test_where_nobody_is_silent_there_is_no_test(tmp_path: Path) -> None:
    gone: dict[str, Any] = dict.fromkeys(
        ("silent", "silent_difference", "silent_low", "silent_high", "p_value", "p_together")
    )
    section = populations(evident_story(tmp_path, put("populations", gone)))
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
