from __future__ import annotations

from pathlib import Path

import pytest

from lineofsight.errors import ProjectError
from lineofsight.project import Project, load_project
from lineofsight.project.template import write_template


@pytest.mark.parametrize(
    "name", ["My shop", 'Quotes " and \\', "Zürich 店", "${HOME}", "a: b # c", "true", "007"]
)
def test_the_template_loads_under_any_name(tmp_path: Path, name: str) -> None:
    file = write_template(tmp_path / "new" / "shop", name)
    assert file == tmp_path / "new" / "shop" / "lineofsight.yml"
    assert load_project(file).project.name == name


def test_the_template_is_short_and_shows_every_section(tmp_path: Path) -> None:
    file = write_template(tmp_path, "Shop")
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 90
    assert "# every: month" in text
    shown = set(load_project(file).project.model_fields_set)
    rarely_needed = {"timezone", "engine", "estimation", "period_effects", "response", "insist", "limits"}
    assert shown == set(Project.model_fields) - rarely_needed


def test_the_commented_alternative_loads_too(tmp_path: Path) -> None:
    file = write_template(tmp_path, "Accounts")
    text = file.read_text(encoding="utf-8")
    for key in ("each: orders ", "key: order_id ", "at: delivered_at "):
        text = text.replace(f"  {key}", f"  # {key}", 1)
    for key in ("every: month", "customers: accounts", "since: signed_at", "until: cancelled_at"):
        text = text.replace(f"  # {key}", f"  {key}", 1)
    file.write_text(
        text.replace("tables:\n", "tables:\n  accounts: {path: accounts.csv}\n", 1), encoding="utf-8"
    )
    assert load_project(file).project.episodes.every == "month"


@pytest.mark.parametrize("existing", ["lineofsight.yml", "lineofsight.yaml"])
def test_an_existing_file_is_left_as_it_is(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectError, match="the file exists and is left as it is"):
        write_template(tmp_path, "Shop")
    assert (tmp_path / existing).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["", "  ", "a\nb: c", "\x07"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="a project has a printable name"):
        write_template(tmp_path, name)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ProjectError, match="the file cannot be written"):
        write_template(tmp_path / "file" / "below", "Shop")
