"""Whether a sentence is true of a company, and what is counted of all of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from benchmarks.told.companies import COMPANIES
from benchmarks.told.study import MOST_FALSE, share_and_error, table_of
from benchmarks.told.truth import Truth, is_true

from lineofsight.words.amounts import Amount, Difference
from lineofsight.words.changes import Improvement
from lineofsight.words.findings import Fact, in_words
from lineofsight.words.findings.drivers import OperationEffects
from lineofsight.words.findings.paths import DependsOnFeeling, OpposedPaths, Passes, PathShare
from lineofsight.words.findings.shapes import ChangingReturns, RatingClass, StepFrom, Threshold

TRUTH = Truth(
    matter=frozenset({"wait", "calls", "must", "joy", "rebate"}),
    bent=frozenset({"wait"}),
    stepped=frozenset({"calls"}),
    must_haves=frozenset({"must"}),
    delighters=frozenset({"joy"}),
    opposed=frozenset({"rebate"}),
    crossed=frozenset({"rebate"}),
)
AMOUNT = Amount(1.0, 0.5, 1.5, "points")


def threshold(name: str) -> Fact:
    return Threshold(name, "felt", "minutes", Amount(10, 9, 11, "minutes"), "above", AMOUNT, None)


def step(name: str) -> Fact:
    return StepFrom(name, "felt", Amount(3, 3, 3, "calls"), AMOUNT, AMOUNT, AMOUNT)


@pytest.mark.parametrize(
    ("kind", "fact", "true", "false"),
    [
        ("path", lambda name: Passes(name, (PathShare("stay", 0.5, 0.4, 0.6),)), "joy", "music"),
        ("path", lambda name: OpposedPaths(name, "stay", AMOUNT, AMOUNT), "rebate", "wait"),
        ("path", lambda name: DependsOnFeeling(name, "stay", "felt", "mean", AMOUNT), "rebate", "wait"),
        ("shape", threshold, "wait", "calls"),
        ("shape", step, "calls", "wait"),
        ("shape", lambda name: ChangingReturns(name, ("felt",), "diminishing"), "calls", "joy"),
        ("shape", lambda name: RatingClass((name,), "felt", "must-have"), "must", "joy"),
        ("shape", lambda name: RatingClass((name,), "felt", "delighter"), "joy", "must"),
    ],
)
def test_a_sentence_is_true_of_what_it_was_planted_in(kind: str, fact: object, true: str, false: str) -> None:
    for name, expected in ((true, True), (false, False), ("music", False)):
        sentence = in_words(fact(name), str)  # type: ignore[operator]  # makes a fact of a name
        assert is_true(kind, name, sentence, TRUTH) is expected, sentence


def test_every_rating_of_a_class_has_to_be_one() -> None:
    def told(*names: str) -> str:
        return in_words(RatingClass(names, "felt", "must-have"), str)

    truth = Truth(frozenset({"a", "b", "c"}), must_haves=frozenset({"a", "b"}))
    assert is_true("shape", None, told("a", "b"), truth) and not is_true(
        "shape", None, told("a", "b", "c"), truth
    )


def test_what_does_nothing_has_no_effect_and_perceptions_matter() -> None:
    for name, expected in (("wait", True), ("music", False)):
        change = Improvement(name, 0.1, "lower", "minutes", 10.0, 9.0)
        sentence = in_words(OperationEffects(change, (Difference("felt", AMOUNT, "robust"),), None), str)
        assert is_true("driver", name, sentence, TRUTH) is expected
    assert is_true("perception", "felt", "1 point more of 'felt' goes with …", TRUTH)


def test_the_truth_of_companies_is_of_operations_they_have(tmp_path_factory: pytest.TempPathFactory) -> None:
    for company in COMPANIES:
        folder = tmp_path_factory.mktemp("company")
        company.write(folder, np.random.default_rng(1))
        text = (folder / "lineofsight.yml").read_text(encoding="utf-8")
        truth = company.truth
        planted = (
            truth.bent,
            truth.stepped,
            truth.must_haves,
            truth.delighters,
            truth.opposed,
            truth.crossed,
        )
        assert all(names <= truth.matter for names in planted)
        assert all(f"  {name}: {{value: {name}, better: " in text for name in truth.matter)
        operations = text.split("operations:\n")[1].split("perceptions:")[0].count("value:")
        assert operations > len(truth.matter)  # some do nothing


def test_sentences_are_counted_by_company_and_by_kind() -> None:
    one = Counter({("driver", True): 9, ("driver", False): 1, ("perhaps", False): 4, ("perception", True): 1})
    two = Counter({("shape", True): 8, ("shape", False): 1, ("perhaps", True): 1})
    table = table_of({"first": [one, one], "second": [two]})
    assert "| first | 22 | 2 | 9.1 % | 8 | 8 |" in table and "| second | 9 | 1 | 11.1 % | 1 | 0 |" in table
    assert "| **All** | 31 | 3 | 9.7 % | 9 | 8 |" in table
    assert "| driver | 20 | 2 | 10.0 % |" in table and "| path | 0 | 0 | – |" in table
    share, error = share_and_error([one, one, two])
    left = np.array([1 - share * 11, 1 - share * 11, 1 - share * 9])
    assert share == pytest.approx(3 / 31) and error == pytest.approx(np.sqrt(1.5 * (left**2).sum()) / 31)
    assert MOST_FALSE == 0.05
