"""Examples work: project files load, commands run, Python runs."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.effects import assert_same_effects
from tests.sparks import spark_session

import lineofsight as los
from lineofsight.project.load import load_project

from .commands import COMMANDS
from .demo_quote import PAGES as QUOTING
from .demo_quote import demo_sentence, quotes, squeezed
from .markdown import DOCS, OUTSIDE, PAGES, ROOT, Block, blocks, read

Command = Callable[[list[str]], tuple[int, str]]

README = ROOT / "README.md"
TUTORIAL = DOCS / "tutorial" / "index.md"
ON_SPARK = DOCS / "how-to" / "spark.md"
EVERYWHERE = [*PAGES, *OUTSIDE]

BASE: dict[str, Any] = {
    "name": "Example",
    "tables": {"orders": {"path": "orders.csv"}},
    "episodes": {"each": "orders", "key": "order_id", "customer": "customer_id", "at": "delivered_at"},
    "operations": {"delivery_days": {"value": "days", "better": "lower"}},
    "behaviours": {"returned": {"kind": "stay", "value": "came_back"}},
}

# --- project files


def projects(*, fragment: bool) -> list[Block]:
    found = [block for page in EVERYWHERE for block in blocks(page, "yaml")]
    return [block for block in found if block.fragment == fragment]


@pytest.mark.parametrize("block", projects(fragment=False), ids=lambda block: block.place)
def test_whole_project_files_load(block: Block, tmp_path: Path) -> None:
    (tmp_path / "lineofsight.yml").write_text(block.text, encoding="utf-8")
    load_project(tmp_path)


@pytest.mark.parametrize("block", projects(fragment=True), ids=lambda block: block.place)
def test_fragments_load_in_a_whole_project(block: Block, tmp_path: Path) -> None:
    part = yaml.load(re.sub(r"(?m)^(\s*)on:", r"\1'on':", block.text), Loader=yaml.BaseLoader)
    whole = completed(nothing_said(part))
    text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
    (tmp_path / "lineofsight.yml").write_text(text, encoding="utf-8")
    load_project(tmp_path)


def nothing_said(part: Any) -> Any:
    """A fragment with nothing where it says null: it is read as texts only."""
    if isinstance(part, dict):
        return {key: nothing_said(value) for key, value in part.items()}
    return (
        [nothing_said(each) for each in part] if isinstance(part, list) else None if part == "null" else part
    )


def completed(part: dict[str, Any]) -> dict[str, Any]:
    """A fragment with what it needs to be a project: the base's sections, and the tables it names."""
    whole = {**BASE, **part}
    whole["tables"] = {**BASE["tables"], **part.get("tables", {})}
    for table in named_tables(part):
        whole["tables"].setdefault(table, {"path": f"{table}.csv"})
    for name in part.get("value", {}).get("per_unit", {}):
        if name not in whole["behaviours"]:
            whole["behaviours"] = {**whole["behaviours"], name: {"kind": "stay", "value": "1"}}
    return whole


def named_tables(part: Any) -> Iterator[str]:
    """Every text under a key that names a table, but for tables inside a database."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("table", "each", "customers") and isinstance(value, str):
                yield value
            elif key != "tables":
                yield from named_tables(value)
    elif isinstance(part, list):
        for value in part:
            yield from named_tables(value)


def test_the_example_in_the_repository_loads() -> None:
    load_project(ROOT / "examples" / "olist", {"DATA": "data"})


# --- commands


def commands(page: Path) -> list[Block]:
    return blocks(page, "console")


def lines_of(block: Block) -> list[str]:
    return [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]


def test_the_tutorial_works_from_beginning_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, los_command: Command
) -> None:
    """Writes the files the reader writes, runs what the reader runs, and looks for what the reader sees."""
    monkeypatch.chdir(tmp_path)
    printed, ran = "", 0
    for block in blocks(TUTORIAL):
        if block.title is not None:
            file = tmp_path / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            printed = ""
            for line in lines_of(block):
                printed += run_line(line, los_command)
                ran += 1
        elif block.language == "text":
            assert_printed(block, printed)
        elif block.language == "python":
            exec(compile(block.text, block.place, "exec"), {})
    assert ran >= 8
    assert (tmp_path / "my-shop" / "report.html").is_file()


def run_line(line: str, los_command: Command) -> str:
    words = shlex.split(line)
    if words[0] == "los":
        # The pages show the demo as it comes; here a small one does.
        extra = ["--customers", "500"] if words[1] == "demo" else []
        status, printed = los_command([*words[1:], *extra])
        assert status == 0, f"{line}\n{printed}"
        return printed
    if words[0] == "mkdir":
        Path(words[-1]).mkdir(parents=True, exist_ok=True)
        return ""
    raise AssertionError(f"the test cannot run: {line}")


def assert_printed(block: Block, printed: str) -> None:
    """Every line of the block stands in the output, in order; `…` stands for anything."""
    have = squeezed(printed)
    at = 0
    for line in block.text.splitlines():
        for piece in line.split("…"):
            wanted = squeezed(piece)
            if wanted:
                found = have.find(wanted, at)
                assert found >= 0, f"{block.place}: not printed: {wanted!r} in\n{printed}"
                at = found + len(wanted)


def test_the_sentence_quoted_from_the_demo_is_what_it_prints(tmp_path: Path) -> None:
    sentence = demo_sentence(tmp_path)
    for page in QUOTING:
        assert quotes(page) == [sentence], f"{page}: run: python -m tests.docs.demo_quote"


def test_the_readme_project_runs_as_written(demo: Path, tmp_path: Path, los_command: Command) -> None:
    (project,) = [block for block in blocks(README, "yaml") if not block.fragment]
    assert project.title is None and len(project.text.splitlines()) <= 20
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "lineofsight.yml").write_text(project.text, encoding="utf-8")
    ran = 0
    for block in commands(README):
        for line in lines_of(block):
            words = shlex.split(line)
            if words[0].endswith("los"):
                status, printed = los_command(words[1:])
                assert status == 0, printed
                ran += 1
    assert ran >= 2


def test_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in EVERYWHERE:
        for target in re.findall(r"`make (\w+)`|^\$ make (\w+)", read(page), re.M):
            assert re.search(rf"^{''.join(target)}:", makefile, re.M), f"{page}: make {''.join(target)}"


def test_every_los_command_that_is_named_exists() -> None:
    for page in EVERYWHERE:
        for line in re.findall(r"(?:`|^\$ |^)los ([a-z]+)", read(page), re.M):
            assert line in COMMANDS, f"{page}: los {line}"


# --- Python


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if blocks(page, "python") and page not in (TUTORIAL, ON_SPARK)],
    ids=lambda page: page.stem,
)
def test_python_examples_run(page: Path, demo: Path) -> None:
    run_python(page, {})


@pytest.mark.xdist_group("spark")
def test_the_page_about_spark_gives_what_duckdb_gives(demo: Path) -> None:
    on_duckdb = los.latest_run(demo)
    with (demo / "lineofsight.yml").open("a", encoding="utf-8") as file:
        file.write("engine: spark\n")
    names = run_python(ON_SPARK, {"spark": spark_session()})
    assert names["run"].manifest["engine"] == "spark"
    assert_same_effects(on_duckdb, names["run"], but=("origin",))


def run_python(page: Path, names: dict[str, Any]) -> dict[str, Any]:
    """Runs the examples of a page, one after the other; gives the names they leave."""
    for block in blocks(page, "python"):
        exec(compile(block.text, block.place, "exec"), names)
    return names


def test_copies_are_left_alone(demo: Path) -> None:
    shutil.rmtree(demo)
    assert not demo.exists()
