"""Mutants are one-place changes that compile, chosen alike each time, and tests that run their line notice them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from benchmarks.mutants import suite
from benchmarks.mutants.__main__ import every, modules, sample
from benchmarks.mutants.changes import Mutant, mutants
from benchmarks.mutants.suite import Copies, noticed

MODULE = '''\
"""A module."""

HALF = 0.5


def share(part: int | None, whole: int = 2, *, told: bool = False) -> float | str:
    """Of the whole."""
    if part is None or whole <= 0:
        raise ValueError("no" + " share")
    found = [each for each in range(part, 4) if not each]
    return f"{part + 1}" if told else max(part, 0) / whole
'''


def changes(of: str, after: str = "") -> list[tuple[str, str]]:
    return [(each.before, each.after) for each in mutants("a.py", of) if after in each.after]


def test_every_kind_of_change_is_found_and_nothing_that_only_tells() -> None:
    found = changes(MODULE)
    assert set(found) == {
        ("HALF = 0.5", "HALF = 1.0"),
        ("HALF = 0.5", "HALF = 0.25"),
        ("2", "3"),
        ("2", "1"),
        ("False", "True"),
        ("part is None or whole <= 0", "part is None and whole <= 0"),
        ("part is None", "part is not None"),
        ("whole <= 0", "whole < 0"),
        ("whole <= 0", "whole > 0"),
        ("whole <= 0", "whole <= 1"),
        ("whole <= 0", "whole <= -1"),
        (
            "[each for each in range(part, 4) if not each]",
            "[each for each in range(part, 4)]",
        ),
        ("range(part, 4)", "range(4, part)"),
        ("range(part, 4)", "range(part, 5)"),
        ("range(part, 4)", "range(part, 3)"),
        ("[each for each in range(part, 4) if not each]", "[each for each in range(part, 4) if each]"),
        (
            "return f'{part + 1}' if told else max(part, 0) / whole",
            "return None",
        ),
        (
            "f'{part + 1}' if told else max(part, 0) / whole",
            "max(part, 0) / whole if told else f'{part + 1}'",
        ),
        ("told", "not told"),
        ("max(part, 0) / whole", "max(part, 0) * whole"),
        ("max(part, 0)", "min(part, 0)"),
        ("max(part, 0)", "max(part, 1)"),
        ("max(part, 0)", "max(part, -1)"),
    }
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("x @ y", "y @ x"),
        ("x[1:]", "x[2:]"),
        ("x - y", "x + y"),
        ("any(x)", "all(x)"),
        ("x in y", "x not in y"),
        ("-x", "x"),
        ("x.append(y)", "pass"),
        ("x[0] = y", "pass"),
        ("x += y", "x -= y"),
    ],
)
def test_one_change(code: str, after: str) -> None:
    assert after in {mutated for _, mutated in changes(code)}


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("x @ x", set()),
        ("z = x[i] @ x[i]", set()),
        ("z = np.minimum(x, x)", set()),
        ("z = np.add(x, x)", set()),
        ("y if x else y", {"not x"}),
        ("x and x", set()),
        ("x * 1.0", {"x * 2.0", "x * 0.5"}),
        ("x ** 1", {"x ** 2", "x ** 0"}),
        ("x + 0", {"x + 1", "x + -1"}),
        ("+x", set()),
        ("x @ (y * 1)", {"y * 1 @ x", "y * 2", "y * 0"}),
    ],
)
def test_what_would_be_no_change_is_none(code: str, others: set[str]) -> None:
    assert {after for _, after in changes(code)} == others


def test_no_mutant_of_the_package_reads_as_it_was() -> None:
    assert not [str(each) for each in every() if each.before == each.after]


def test_mutants_of_the_package_compile_and_change_something() -> None:
    found = list(every(["stats/wald.py", "model/regression.py"]))
    assert {each.module for each in found} == {"stats/wald.py", "model/regression.py"}
    for each in found:
        original = (suite.PACKAGE / each.module).read_text(encoding="utf-8")
        assert ast.dump(ast.parse(each.source)) != ast.dump(ast.parse(original))
        compile(each.source, each.module, "exec")
    line = next(each.line for each in found if each.module == "model/regression.py")
    assert {each.line for each in every([f"model/regression.py:{line}"])} == {line}


def test_what_shows_is_left_out() -> None:
    assert {"stats/moments.py", "model/effects.py", "analyses/money/estimate.py"} <= set(modules())
    for name in modules():
        assert not name.endswith(("section.py", "charts.py", "tables.py"))


def test_a_sample_is_the_same_each_time_and_spread_over_lines() -> None:
    found = list(every(["stats/moments.py"]))
    first = sample(found, 30, 1)
    assert first == sample(found, 30, 1) != sample(found, 30, 2)
    assert len({(each.module, each.line) for each in first}) == 30
    assert sample(found, 40, 1)[:30] == first
    assert len({each.source for each in sample(found[:40], 1000, 1)}) == 40


def test_tests_that_run_a_line_notice_its_change_and_others_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suite, "WORK", tmp_path)
    copies = Copies(1)
    test = str(next((suite.ROOT / "tests").rglob("test_evalues.py")))
    reached = {test: suite.reached_by(tmp_path / "0", test)}
    assert reached[test].lines.keys() & set(modules()) == {"stats/evalues.py"}
    lines = reached[test].lines["stats/evalues.py"]
    one = next(
        each for each in every(["stats/evalues.py"]) if each.reach[0] in lines and each.after == "return None"
    )
    same = Mutant(**{**vars(one), "source": (suite.PACKAGE / one.module).read_text(encoding="utf-8")})
    elsewhere = Mutant(**{**vars(one), "reach": (1, 1)})
    assert list(copies.map(lambda folder, each: noticed(folder, each, reached), [one, same, elsewhere])) == [
        True,
        False,
        False,
    ]
