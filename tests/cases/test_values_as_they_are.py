"""Exports as they are: each value is read as it was meant, or refused with the line of YAML that says what it means."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from lineofsight.engines.duckdb import DuckDBEngine
from lineofsight.episodes import build_episodes
from lineofsight.errors import DataError, ProjectError
from lineofsight.project import load_project

HERE = Path(__file__).parent


@contextlib.contextmanager
def case(name: str, folder: Path, *changes: tuple[str, str]) -> Iterator[Path]:
    """The case in a folder of its own, its project file changed."""
    found = next(HERE.glob(f"{name}-*"))
    shutil.copytree(found, folder / name)
    project = folder / name / "lineofsight.yml"
    text = project.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    project.write_text(text, encoding="utf-8")
    yield folder / name


def values(folder: Path, column: str) -> list[float]:
    loaded = load_project(folder)
    with contextlib.closing(DuckDBEngine(loaded, folder / ".lineofsight")) as engine:
        path = folder / ".lineofsight" / "episodes.parquet"
        build_episodes(loaded, engine, path, lambda message: None)
    return [value for value in pq.read_table(path)[column].to_pylist() if value is not None]


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def nps(numbers: list[float]) -> float:
    return 100 * mean([(answer >= 9) - (answer <= 6) for answer in numbers])


def test_afternoons_are_no_nights(tmp_path: Path) -> None:
    with case("01", tmp_path) as folder:
        satisfaction = values(folder, "satisfaction")
        assert (len(satisfaction), round(mean(satisfaction), 3)) == (267, 3.262)
        assert round(nps(values(folder, "recommendation")), 2) == -6.37


def test_another_tail_is_refused_and_named(tmp_path: Path) -> None:
    with case("01", tmp_path) as folder:
        answers = folder / "answers.csv"
        answers.write_text(answers.read_text().replace(" PM", " Uhr").replace(" AM", " Uhr"))
        with pytest.raises(DataError, match=r"'2024-03-05 02:30 Uhr'.*answers.csv, line 2") as caught:
            values(folder, "satisfaction")
        assert "267 of 267" in str(caught.value)
        assert "dates: {answered: '%Y-%m-%d %H:%M Uhr'}" in str(caught.value)
        text = (folder / "lineofsight.yml").read_text()
        declared = "path: answers.csv, dates: {answered: '%Y-%m-%d %H:%M Uhr'}"
        (folder / "lineofsight.yml").write_text(text.replace("path: answers.csv", declared))
        assert values(folder, "satisfaction")


def test_years_of_two_digits_stand_last_where_days_tell(tmp_path: Path) -> None:
    with case("03", tmp_path) as folder:
        assert len(values(folder, "satisfaction")) == 267


def test_few_dates_do_not_tell_a_year_of_two_digits(tmp_path: Path) -> None:
    with case("03", tmp_path) as folder:
        answers = folder / "answers.csv"
        answers.write_text("\n".join(answers.read_text().splitlines()[:2]) + "\n")
        with pytest.raises(
            DataError, match=r"years of two digits.*'09.03.24' \(answers.csv, line 2\)"
        ) as caught:
            values(folder, "satisfaction")
        assert "dates: {answered: '%d.%m.%y'}" in str(caught.value)


def test_an_unclear_order_is_found_wherever_it_begins(tmp_path: Path) -> None:
    with (
        case("06", tmp_path / "a") as folder,
        pytest.raises(DataError, match="does not tell days from months") as caught,
    ):
        values(folder, "satisfaction")
    assert "dates: {answered: '%m/%d/%Y'}" in str(caught.value)
    assert "answers.csv, line 1,1" in str(caught.value)
    said = ("path: answers.csv", "path: answers.csv, dates: '%m/%d/%Y'")
    with case("06", tmp_path / "b", said) as folder:
        assert len(values(folder, "satisfaction")) == 109  # five of them on the day of the delivery itself


def test_a_dot_before_three_digits_is_asked_for(tmp_path: Path) -> None:
    with (
        case("08", tmp_path / "a") as folder,
        pytest.raises(DataError, match="exactly three digits behind every") as caught,
    ):
        values(folder, "spend")
    assert "400 of 400" in str(caught.value)
    assert "thousands: {paid: '.'} or decimal: {paid: '.'}" in str(caught.value)
    for number, (said, expected) in enumerate(
        (("thousands: '.'", 2838.61), ("decimal: {paid: '.'}", 2.83861))
    ):
        with case("08", tmp_path / str(number), ("path: orders.csv", f"path: orders.csv, {said}")) as folder:
            assert mean(values(folder, "spend")) == pytest.approx(
                expected, rel=1e-5
            )  # expected has six digits


def test_words_at_the_ends_of_a_scale_keep_their_answers(tmp_path: Path) -> None:
    with case("10", tmp_path) as folder:
        answers = values(folder, "recommendation")
        assert (len(answers), round(nps(answers), 2)) == (267, -6.37)


WORDS = {1: "Very dissatisfied", 2: "Dissatisfied", 3: "Neutral", 4: "Satisfied", 5: "Very satisfied"}


def worded(folder: Path, words: dict[int, str]) -> None:
    lines = (folder / "answers.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.rsplit(",", 1) for line in lines[1:]]
    changed = [f"{head},{words[int(last)] if last else ''}" for head, last in rows]
    (folder / "answers.csv").write_text("\n".join([lines[0], *changed]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "words", [WORDS, dict(enumerate(("😡", "🙁", "😐", "🙂", "😀"), 1))], ids=["words", "emoji"]
)
def test_words_for_numbers(tmp_path: Path, words: dict[int, str]) -> None:
    with case("10", tmp_path / "a") as folder:
        worded(folder, words)
        with pytest.raises(DataError, match=r"267 of 267 values of 'csat'.* are no numbers") as caught:
            values(folder, "satisfaction")
        assert "answers: {" in str(caught.value)
        assert "keep such rows out" not in str(caught.value)
    listed = ", ".join(f"'{word}': {number}" for number, word in words.items())
    with case("10", tmp_path / "b", ("value: csat,", f"value: csat, answers: {{{listed}}},")) as folder:
        worded(folder, words)
        satisfaction = values(folder, "satisfaction")
        assert (len(satisfaction), round(mean(satisfaction), 3)) == (267, 3.262)


def test_of_five(tmp_path: Path) -> None:
    with case("10", tmp_path / "a") as folder:
        worded(folder, {n: f"{n}/5" for n in range(1, 6)})
        with pytest.raises(DataError, match="are no numbers") as caught:
            values(folder, "satisfaction")
    said = """value: "cast(regexp_extract(csat, '[0-9]+') as double)\""""
    assert said in str(caught.value)
    with case("10", tmp_path / "b", ("value: csat", said)) as folder:
        worded(folder, {n: f"{n}/5" for n in range(1, 6)})
        assert round(mean(values(folder, "satisfaction")), 3) == 3.262


@pytest.mark.parametrize(
    "written",
    ["{:.2f} €", "€{:.2f}", "EUR {:.2f}", "$1,0{:05.2f}", "1\u00a00{:05.2f}", "1'0{:05.2f}"],
)
def test_money_as_it_is_written(tmp_path: Path, written: str) -> None:
    with case("10", tmp_path) as folder:
        lines = [line.rsplit(",", 1) for line in (folder / "orders.csv").read_text().splitlines()]
        amounts = [float(last) for _, last in lines[1:]]
        rows = [
            f"{head};{written.format(amount)}".replace(",", ";", head.count(","))
            for (head, _), amount in zip(lines[1:], amounts, strict=True)
        ]
        header = ",".join(lines[0]).replace(",", ";")
        (folder / "orders.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        more = 1000 if "1" in written else 0
        local = mean(values(folder, "spend"))
        shutil.rmtree(folder)
    with case("10", tmp_path / "plain") as folder:
        plain = values(folder, "spend")
        orders = local - mean(plain)
    assert orders == pytest.approx(0.0, abs=1e-9) if not more else orders > 100


def test_a_format_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    said = ("path: answers.csv", "path: answers.csv, dates: dd.mm.yy")
    with case("03", tmp_path, said) as folder, pytest.raises(ProjectError, match=r"'%d\.%m\.%Y'"):
        load_project(folder)
