from __future__ import annotations

import dataclasses
import html as markup
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from lineofsight.analyses.registry import tables
from lineofsight.errors import RunError
from lineofsight.pipeline.report import report_page, write_report
from lineofsight.report.data import ReportData
from lineofsight.runs.reader import Run
from lineofsight.runs.writer import write_run

from .conftest import Runs
from .marketplace import HOSTILE, NAME
from .projects import KINDS

SCHEMAS = [*tables().values()]


Pages = Callable[[str], Path]
SECTIONS = 17


def words(html: str) -> str:
    bare = re.sub(r"<style>.*?</style>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_one_small_file_that_asks_for_nothing(report: Path, html: str) -> None:
    assert report.stat().st_size < 3_000_000
    assert [file.name for file in report.parent.iterdir()] == ["report.html"]
    assert "<script" not in html.lower()
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)", html)
    assert set(re.findall(r"https?://[^\"\s<]*", html)) == {"http://www.w3.org/2000/svg"}


def test_hostile_labels_are_text(html: str) -> None:
    assert HOSTILE in words(html)
    assert "<i>outros" not in html
    assert "Goiás & <i>outros</i>" in words(html)
    assert NAME in words(html)


def test_only_association_is_claimed(html: str) -> None:
    said = words(html).lower()
    assert "these are adjusted associations, not proof of cause." in said
    said = said.replace("not proof of cause.", "")
    for word in (r"caus\w*", "because", r"lead(s|ing)? to", r"driv(es|ing) up", r"impact\w*", r"influenc\w*"):
        assert not re.search(rf"\b{word}\b", said), word


def test_the_page_says_what_the_run_found(html: str, data: ReportData) -> None:
    said = words(html).replace("\u00a0", " ")
    links = [
        row
        for outcomes, kind in ((data.perceptions, "operation"), (data.behaviours, "perception"))
        for outcome in outcomes
        for row in data.effects(outcome, kind)
        if row["estimate"] is not None
    ]
    clear = sum(row["low"] > 0 or row["high"] < 0 for row in links)
    (episodes,) = data.rows("episodes")
    (worth,) = data.rows("unit_values", behaviour="returned")
    populations = data.rows("populations")
    apart = [row for row in populations if not row["low"] <= 0 <= row["high"]]
    dropped = {data.clause(row["reason"]) for row in data.rows("drops")}
    share = f"{episodes['episodes'] / episodes['anchored']:.0%}".replace("%", " %")
    sentences = [
        f"{clear} of {len(links)} links are clear",
        "Extracted, not earned.",
        "it is the same in every episode",
        "per cent answering 9 or 10 less per cent answering 0 to 6",
        "observed, not adjusted",
        f"In {len(apart)} of {len(populations)} comparisons respondents clearly differ from everyone.",
        f"{share} of {episodes['anchored']:,} moments became episodes",
        *dropped,
        data.clause(worth["how"]),
        str(data.manifest["project_hash"])[:20],
        "20260314",
        *(row["origin"] for row in data.rows("tables")),
        *(finding["sentence"] for finding in data.rows("findings")),
    ]
    assert len(links) > 40 and len(dropped) > 2 and "data/reviews.csv" in sentences
    assert [sentence for sentence in sentences if sentence.replace("\u00a0", " ") not in said] == []


def test_sections_are_in_order(html: str) -> None:
    ids = re.findall(r"<section id=\"([\w-]+)\"", html)
    assert ids == [
        *("findings", "chain", "moves", "money", "priorities", "effects", "paths", "shape"),
        *("segments", "voice", "heard", "unheard", "populations", "evidence", "bands", "left-out", "method"),
    ]


def test_no_perception_means_the_customer_was_skipped(page_of: Pages) -> None:
    said = words(page_of("skipped").read_text(encoding="utf-8"))
    assert "The customer was skipped." in said
    assert "Extracted, not earned." not in said


def test_a_simulated_company_is_called_so(page_of: Pages, html: str) -> None:
    assert "Simulated data:" in words(page_of("skipped").read_text(encoding="utf-8"))
    assert "Simulated data" not in words(html)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_every_kind_of_company_is_whole(page_of: Pages, run_of: Runs, kind: str) -> None:
    """It says each finding, nothing in place of a number, and its pictures are well-formed."""
    page = page_of(kind).read_text(encoding="utf-8")
    said = words(page).replace("\u00a0", " ")
    assert "<script" not in page.lower()
    assert len(re.findall(r"<section id=", page)) == SECTIONS
    ids = re.findall(r"\bid=\"([^\"]+)\"", page)
    assert len(ids) == len(set(ids))
    assert not re.search(r"\b(None|nan|NaN|inf)\b|\{\{|\}\}", said)
    for finding in run_of(kind).table("findings"):
        assert finding["sentence"].replace("\u00a0", " ") in said
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.S)
    for drawing in drawings:
        ET.fromstring(drawing)
    assert drawings


def test_an_empty_run_still_has_a_page(tmp_path: Path) -> None:
    run = write_run(tmp_path, "empty", SCHEMAS, {}, {"project": {"name": "Nothing", "currency": None}})
    page = report_page(run)
    assert page.sections[0].anchor == "findings"
    assert "Nothing could be told" in write_report(run, tmp_path / "empty.html").read_text(encoding="utf-8")


def test_extracted_needs_a_clearly_worse_perception(data: ReportData) -> None:
    assert set(data.extracted) == {"freight_share"}
    assert set(data.extracted["freight_share"]) <= set(data.perceptions)


def test_a_place_that_cannot_be_written_is_a_run_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = dataclasses.replace(report_page(make_bare(tmp_path)), parts=())
    monkeypatch.setattr("lineofsight.pipeline.report.report_page", lambda run: page)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="could not be written"):
        write_report(run, tmp_path / "file" / "report.html")
    folder = tmp_path / "folder.html"
    folder.mkdir()
    with pytest.raises(RunError, match="could not be written"):
        write_report(run, folder)
    assert not list(tmp_path.glob(".folder*"))


def make_bare(folder: Path) -> Run:
    return write_run(folder, "bare", SCHEMAS, {}, {"project": {"name": "Nothing"}})
