from __future__ import annotations

import dataclasses
import html as markup
import re
from pathlib import Path

import pytest

from lineofsight.analyses.registry import tables
from lineofsight.errors import RunError
from lineofsight.pipeline.report import report_page, write_report
from lineofsight.report.data import Story
from lineofsight.runs.reader import Run
from lineofsight.words.reasons import clause

from .fake_run import make_run
from .fake_world import HOSTILE, NO_VARIATION

SCHEMAS = [*tables().values()]


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
    assert "Olist & Söhne <Marketplace>" in words(html)


def test_only_association_is_claimed(html: str) -> None:
    said = words(html).lower()
    assert "these are adjusted associations, not proof of cause." in said
    said = said.replace("not proof of cause.", "")
    for word in (r"caus\w*", "because", r"lead(s|ing)? to", r"driv(es|ing) up", r"impact\w*", r"influenc\w*"):
        assert not re.search(rf"\b{word}\b", said), word


@pytest.mark.parametrize(
    "sentence",
    [
        "Simulated data:",
        "23 of 42 links are clear",
        "Extracted, not earned.",
        clause(NO_VARIATION),
        "per cent answering 9 or 10 less per cent answering 0 to 6",
        "observed, not adjusted",
        "In 2 of 36 comparisons respondents clearly differ from everyone.",
        "96 % of 99,441 moments became episodes",
        "answers later than 14 days after the moment",
        "BRL 11.42 spent in 180 days × margin 20 % over 12 months",
        "9f2b6c0d4a1e8f7731c5",
        "20260314",
        "data/olist_order_reviews_dataset.csv",
    ],
)
def test_the_page_says(html: str, sentence: str) -> None:
    assert sentence in words(html).replace("\u00a0", " ")


def test_sections_are_in_order(html: str) -> None:
    ids = re.findall(r"<section id=\"([\w-]+)\"", html)
    assert ids == [
        *("findings", "chain", "moves", "money", "priorities", "effects", "paths", "evidence", "segments"),
        *("voice", "shape", "bands", "heard", "unheard", "populations", "left-out", "method"),
    ]


def test_ids_are_unique(html: str) -> None:
    ids = re.findall(r"\bid=\"([^\"]+)\"", html)
    assert len(ids) == len(set(ids))


def test_no_perception_means_the_customer_was_skipped(tmp_path: Path) -> None:
    run = make_run(tmp_path, felt=False, simulated=False)
    said = words(write_report(run, tmp_path / "bare.html").read_text(encoding="utf-8"))
    assert "The customer was skipped." in said
    assert "Simulated data" not in said
    assert "Extracted, not earned." not in said


def test_an_empty_run_still_has_a_page(tmp_path: Path) -> None:
    from lineofsight.runs.writer import write_run

    run = write_run(tmp_path, "empty", SCHEMAS, {}, {"project": {"name": "Nothing", "currency": None}})
    page = report_page(run)
    assert page.sections[0].anchor == "findings"
    assert "Nothing could be told" in write_report(run, tmp_path / "empty.html").read_text(encoding="utf-8")


def test_extracted_needs_a_clearly_worse_perception(run: Run) -> None:
    story = Story(run)
    assert set(story.extracted) == {"freight_share"}
    assert set(story.extracted["freight_share"]) <= set(story.perceptions)


def test_a_place_that_cannot_be_written_is_a_run_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = dataclasses.replace(report_page(make_bare(tmp_path)), sections=())
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
    from lineofsight.runs.writer import write_run

    return write_run(folder, "bare", SCHEMAS, {}, {"project": {"name": "Nothing"}})
