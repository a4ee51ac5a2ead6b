"""The report's section on how sure each claim is: every claim once, under the heading of its level."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from lineofsight.analyses.evidence.section import evidence
from lineofsight.reasons import Reason
from lineofsight.report.blocks import Details, Heading, Listing, Page, Paragraph, Part, Section, Sides, Tally
from lineofsight.report.data import ReportData, Row
from lineofsight.report.html import render_page
from lineofsight.runs.reader import Run
from lineofsight.words.case.explanation import explain

from .changes import changed, put
from .conftest import Opener, Runs
from .marketplace import HOSTILE, NEVER_VARIES, OPERATIONS
from .test_html import words

GROUPS = {
    "experimental": 0,
    "quasi-experimental": 0,
    "robust": 1,
    "adjusted": 2,
    "associated": 3,
}


@pytest.fixture(scope="module")
def data(run: Run) -> ReportData:
    """The run, with some claims that are associated: no project has these beside others, for it has controls or none."""
    return changed(run, put("effects", {"evidence": "associated"}, cause="contacts"))


@pytest.fixture(scope="module")
def section(data: ReportData) -> Section:
    return evidence(data)


def groups(section: Section) -> dict[str, list[Details]]:
    """Claims under each heading; those behind 'Show these' count as shown."""
    found: dict[str, list[Details]] = {}
    for block in section.blocks:
        match block:
            case Heading(text):
                name = text
                found[name] = []
            case Details(summary, inside) if summary.startswith("Show these"):
                found[name] += [each for each in inside if isinstance(each, Details)]
            case Details():
                found[name].append(block)
            case _:
                pass
    return found


def asked(data: ReportData) -> list[Row]:
    """Total effects of everyone on main outcomes, by hand."""
    return [
        row
        for row in data.rows("effects", path="total", segment=None)
        if row["estimate"] is not None and row["outcome"] in data.outcomes
    ]


def claim_of(data: ReportData, row: Row) -> tuple[str, str]:
    return f"'{data.label(row['cause'])}' {row['change']}", f"'{data.label(row['outcome'])}'"


def is_clear(row: Row) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def test_it_is_a_section_of_the_report(section: Section) -> None:
    assert (section.anchor, section.title) == ("evidence", "How sure is each claim?")


def test_every_total_of_everyone_stands_once(data: ReportData, section: Section) -> None:
    """Each cause and outcome together in one claim; the clear ones under a level, the others under 'Not known'."""
    shown = {name: [claim.summary for claim in claims] for name, claims in groups(section).items()}
    everything = [claim for claims in shown.values() for claim in claims]
    assert len(everything) == len(set(everything)) == len(asked(data))
    for row in asked(data):
        cause, outcome = claim_of(data, row)
        found = [claim for claim in everything if cause in claim and outcome in claim]
        assert len(found) == 1, (cause, outcome)
        place = next(name for name, claims in shown.items() if found[0] in claims)
        assert is_clear(row) != place.startswith("Not known")
    assert sum(not is_clear(row) for row in asked(data)) > 3  # there are some of either


def test_claims_stand_under_their_level(data: ReportData, section: Section) -> None:
    clear = [row for row in asked(data) if is_clear(row)]
    expected = Counter(GROUPS[row["evidence"]] for row in clear)
    assert set(expected) == {0, 1, 2, 3}
    shown = groups(section)
    names = [name for name in shown if not name.startswith(("Not known", "Refused"))]
    assert len(names) == 4
    for at, name in enumerate(names):
        (count,) = re.findall(r"\((\d+)\)$", name)
        assert int(count) == len(shown[name]) == expected[at], name
        for claim in shown[name]:
            (level,) = {
                row["evidence"] for row in clear if all(part in claim.summary for part in claim_of(data, row))
            }
            assert GROUPS[level] == at


def test_in_each_group_the_surest_comes_first(data: ReportData, section: Section) -> None:
    rows = {claim_of(data, row): row for row in asked(data)}
    for name, claims in groups(section).items():
        if name.startswith(("Not known", "Refused")):
            continue
        z = []
        for claim in claims:
            row = next(row for parts, row in rows.items() if all(part in claim.summary for part in parts))
            z.append(abs(row["estimate"]) / row["standard_error"])
        assert z == sorted(z, reverse=True)


def test_a_claim_opens_to_what_speaks_for_it_against_it_and_is_not_known(section: Section) -> None:
    for claims in groups(section).values():
        for claim in claims:
            sides, facts = claim.blocks
            assert isinstance(sides, Sides) and isinstance(facts, Listing)
            assert [side.title for side in sides.sides] == [
                *("What speaks for it", "What speaks against it", "What is not known")
            ]
            told = [text for side in sides.sides for _, text in side.items] + [
                text for _, text in facts.items
            ]
            assert all(text.endswith(".") for text in told)
            assert {"What does it rest on?"} <= dict(facts.items).keys()


def test_each_sentence_of_the_case_stands_once_in_its_column(data: ReportData, section: Section) -> None:
    rows = {explain(data, row).claim: row for row in asked(data)}
    for claims in groups(section).values():
        for claim in claims:
            found, (sides, *_) = explain(data, rows[claim.summary]), claim.blocks
            assert isinstance(sides, Sides)
            for side in sides.sides:
                said = [text for _, text in found.side(side.kind)]  # type: ignore[arg-type]
                assert [text for _, text in side.items] == (said or ["Nothing was found."])
                shown = [question for question, _ in side.items if question]
                assert len(shown) == len(set(shown))


def test_every_claim_has_its_level_in_words_and_colour(section: Section) -> None:
    kinds = {"Proven": "proven", "Likely": "robust", "A fair guess": "adjusted", "A guess": "associated"}
    for name, claims in groups(section).items():
        kind = next((kind for start, kind in kinds.items() if name.startswith(start)), "unknown")
        assert {claim.tag.kind for claim in claims if claim.tag} <= {kind}
        assert all(claim.tag and claim.tag.text for claim in claims)


def test_the_tally_counts_every_question_once(data: ReportData, section: Section) -> None:
    (tally,) = [block for block in section.blocks if isinstance(block, Tally)]
    counts = {tag.kind: int(count) for tag, count, _ in tally.items}
    clear = Counter(row["evidence"] for row in asked(data) if is_clear(row))
    assert counts["proven"] == clear["experimental"] + clear["quasi-experimental"]
    assert [counts[kind] for kind in ("robust", "adjusted", "associated")] == [
        clear[kind] for kind in ("robust", "adjusted", "associated")
    ]
    assert counts["unknown"] == sum(not is_clear(row) for row in asked(data))
    everything = [
        r for r in data.rows("effects", path="total", segment=None) if r["outcome"] in data.outcomes
    ]
    assert sum(counts.values()) == len(everything) and counts["refused"] > 0


def test_what_is_refused_has_its_reason_once(data: ReportData, section: Section) -> None:
    (shown,) = [
        block for block in section.blocks if isinstance(block, Details) and block.summary.endswith("reasons")
    ]
    (listing,) = shown.blocks
    assert isinstance(listing, Listing)
    ((questions, reason),) = listing.items
    assert reason == "It is the same in every episode."
    assert questions.count(f"{OPERATIONS[NEVER_VARIES][0]} on ") == len(data.outcomes)


def test_what_can_hardly_be_told_is_not_known(run: Run) -> None:
    rare = Reason.TOO_RARE(n=2, columns=26)
    data = changed(run, put("behaviours", {"caution": rare}, behaviour="returned"))
    for name, claims in groups(evidence(data)).items():
        if not name.startswith("Not known"):
            assert not any("'Ordered again within 180 days'" in claim.summary for claim in claims)


def test_the_message_counts_what_is_shown(data: ReportData, section: Section) -> None:
    (lead,) = [block.text for block in section.blocks if isinstance(block, Paragraph) and block.lead]
    clear = [row for row in asked(data) if is_clear(row)]
    sure = sum(row["evidence"] in ("robust", "quasi-experimental", "experimental") for row in clear)
    assert [int(n) for n in re.findall(r"\d+", lead)] == [len(asked(data)), len(clear), sure]


def test_where_nothing_was_tried_nothing_is_proven(run_of: Runs) -> None:
    data = ReportData(run_of("touchpoints"))
    shown = groups(evidence(data))
    first, *_ = shown
    assert first.endswith("(0)") and shown[first] == []
    assert sum(name.endswith("(0)") for name in shown) == 1  # the other empty groups are not shown


def test_where_no_claim_is_robust_the_message_says_so(run_of: Runs) -> None:
    data = ReportData(run_of("all answered"))
    assert {row["evidence"] for row in asked(data)} == {"associated"}
    lead = evidence(data).blocks[0]
    assert isinstance(lead, Paragraph) and " 0 of these hold up " in lead.text


def test_with_nothing_estimated_it_says_so(run_of: Runs) -> None:
    section = evidence(ReportData(run_of("constant")))
    assert isinstance(section.blocks[0], Paragraph) and section.blocks[0].text.startswith("There is no claim")


def test_an_estimate_without_an_interval_is_not_known(run: Run) -> None:
    bare = dict.fromkeys(("low", "high", "standard_error"))
    data = changed(run, put("effects", bare, cause="delivery_days", outcome="returned", segment=None))
    shown = groups(evidence(data))
    place = [
        name for name, claims in shown.items() for claim in claims
        if "'Days from order to delivery'" in claim.summary and "'Ordered again within 180 days'" in claim.summary
    ]  # fmt: skip
    assert len(place) == 1 and place[0].startswith("Not known")


# ---- as a page ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(data: ReportData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of this section alone, in the place of the whole report of other tests."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(
        render_page(Page("Olist", "", (), (), (Part("sure", "How sure", (evidence(data),)),))),
        encoding="utf-8",
    )
    return path


def test_labels_are_text_in_every_claim(data: ReportData, report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    assert "<script" not in html.lower()
    said = words(html)
    assert HOSTILE in said
    for row in asked(data):
        assert claim_of(data, row)[1] in said


@pytest.mark.browser
def test_levels_are_told_apart_and_can_be_read(open_page: Opener) -> None:
    """Each label has a look of its own, in either scheme, and at least 4.5 to 1 between letters and ground (WCAG 2.1)."""
    for scheme in ("light", "dark"):
        page, _ = open_page(1280, 900, scheme)
        looks = page.evaluate(
            """() => [...document.querySelectorAll('.tally .level')].map(it => { const look = getComputedStyle(it);
            return [look.color, look.backgroundColor, look.borderStyle] })"""
        )
        assert len(looks) == len({tuple(look) for look in looks}) == 6
        for ink, ground, _ in looks:
            light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, ink, ground)


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(…)`, by WCAG 2.1."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_claim_opens_by_click_and_fits(open_page: Opener, width: int) -> None:
    page, trouble = open_page(width, 844)
    claim = page.locator("#evidence details").first
    inside = claim.locator("text=What speaks for it")
    assert not inside.is_visible()
    claim.locator("summary").first.click()
    assert inside.is_visible()
    page.evaluate("document.querySelectorAll('#evidence details').forEach(it => it.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert trouble == []
