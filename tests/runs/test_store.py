"""A run is read as typed tables, with views; what is damaged is said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lineofsight.analyses.registry import tables
from lineofsight.errors import RunError
from lineofsight.runs.columns import SCHEMA_VERSION
from lineofsight.runs.reader import Run, latest_run, list_runs
from lineofsight.runs.writer import write_run

BY_NAME = tables()
SCHEMAS = [*tables().values()]

MANIFEST = {"project": {"name": "Shop <b>"}, "schema_version": SCHEMA_VERSION}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    findings = [
        {
            "rank": rank,
            "kind": "driver",
            "subject": "wait" if rank % 2 else None,
            "lead": f"Wait <{rank}> & see.",
            "sentence": f"Wait <{rank}> & see.",
        }
        for rank in range(1, 41)
    ]
    return write_run(tmp_path, "2024-01-31T10-00-00", SCHEMAS, {"findings": findings}, MANIFEST)


def test_a_table_has_views(run: Run) -> None:
    table = run.findings
    assert len(table) == 40
    assert next(iter(table))["sentence"] == "Wait <1> & see."
    assert [row["rank"] for row in table.rows(subject="wait", kind="driver")] == list(range(1, 41, 2))
    frame = table.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == list(BY_NAME["findings"].names)
    assert len(frame) == 40
    assert table.to_arrow().num_rows == 40


def test_html_is_escaped_and_short(run: Run) -> None:
    page = run.findings._repr_html_()
    assert "Wait &lt;1&gt; &amp; see." in page
    assert "<td>–</td>" in page
    assert "30 of 40 rows" in page
    whole = run._repr_html_()
    assert "Shop &lt;b&gt;: run 2024-01-31T10-00-00" in whole
    assert whole.count("<li>") == 40


def test_names_are_checked(run: Run) -> None:
    with pytest.raises(RunError, match="no table 'finding': did you mean 'findings'"):
        run.table("finding")
    with pytest.raises(AttributeError, match="did you mean 'findings'"):
        _ = run.finding
    with pytest.raises(RunError, match="no column 'rnk': did you mean 'rank'"):
        run.findings.rows(rnk=1)
    assert {"findings", "effects", "manifest"} <= set(dir(run))


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"is no run: it has no manifest\.json"):
        _ = Run(tmp_path).manifest
    with pytest.raises(RunError, match="there is no such run"):
        _ = Run(tmp_path / "nowhere").effects
    with pytest.raises(RunError, match=r"has no run yet\n  → make one: los run"):
        latest_run(tmp_path)


def test_half_written_and_hidden_folders_are_no_runs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "runs/9999").mkdir()
    hidden = tmp_path / "runs/.unfinished-1-a"
    hidden.mkdir()
    (hidden / "manifest.json").write_text("{}")
    assert latest_run(tmp_path).id == run.id


def started(tmp_path: Path, name: str, created: str | None) -> str:
    manifest = MANIFEST if created is None else MANIFEST | {"created": created}
    return write_run(tmp_path, name, SCHEMAS, {}, manifest).id


def test_the_newest_run_is_the_one_that_was_started_last(tmp_path: Path) -> None:
    started(tmp_path, "zzz-by-hand", "2024-01-02T10:00:00+00:00")
    started(tmp_path, "2024-01-01T00-00-00", "2024-01-01T00:00:00+00:00")
    started(tmp_path, "2024-03-01T10-00-00", None)
    newest = started(tmp_path, "2023-01-01T00-00-00", "2024-04-01T10:00:00+02:00")
    assert latest_run(tmp_path).id == newest
    assert [run.id for run in list_runs(tmp_path)] == [
        *("2024-01-01T00-00-00", "zzz-by-hand", "2024-03-01T10-00-00", newest)
    ]


def test_a_run_from_the_future_hides_no_other(tmp_path: Path) -> None:
    started(tmp_path, "2999-01-01T00-00-00", "2999-01-01T00:00:00+00:00")
    started(tmp_path, "9999-12-31T23-59-59", None)
    newest = started(tmp_path, "2024-04-01T10-00-00", "2024-04-01T10:00:00+00:00")
    assert latest_run(tmp_path).id == newest


def test_runs_of_one_second_are_counted(tmp_path: Path) -> None:
    names = [started(tmp_path, "2024-04-01T10-00-00", "2024-04-01T10:00:00+00:00") for _ in range(11)]
    assert [run.id for run in list_runs(tmp_path)] == names
