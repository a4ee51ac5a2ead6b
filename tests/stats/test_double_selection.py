"""Double selection against published output of lassopack, an R port, and confounders that were planted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from lineofsight.reasons import Reason
from lineofsight.stats.double_selection import Selection, double_selections
from lineofsight.stats.lasso import lasso, plug_in_penalty
from lineofsight.stats.moments import Moments
from lineofsight.stats.regression import cluster_robust_covariance, regress
from lineofsight.stats.results import NotEstimable
from lineofsight.words.reasons import clause
from stats.folding import fold
from stats.prostate import PROSTATE, PROSTATE_COLUMNS

Rows = np.ndarray
CLINICAL = PROSTATE_COLUMNS[:8]


def moments(rows: Rows, names: list[str] | tuple[str, ...], group: Rows | None = None) -> Moments:
    """Every row its own bucket when no group is given."""
    at = np.arange(len(rows)) if group is None else group
    shift = rows[: len(rows) // 3 + 1].mean(axis=0)
    return Moments(tuple(names), shift, *fold(rows, at, int(at.max()) + 1, shift))


def select(
    made: Moments, treatment: str, outcome: str, candidates: Sequence[str], always: Sequence[str] = ()
) -> Selection | NotEstimable:
    """Of a single pair."""
    return double_selections(made, [treatment], [outcome], candidates, always)[treatment, outcome]


def selection(found: Selection | NotEstimable) -> Selection:
    assert isinstance(found, Selection)
    return found


# lassopack for Stata, statalasso.github.io/docs/rlasso: "rlasso lpsa lcavol lweight age lbph svi lcp gleason
# pgg45, robust", with e(lambda0) = 64.923165. Printed with seven digits, from data in single precision
PRINTED = {"lcavol": 0.4518205, "lweight": 0.2047086, "svi": 0.1995573}


def test_prostate_as_lassopack_prints_it() -> None:
    """The equation of the outcome; the treatment is a column of noise, which is no candidate."""
    noise = np.random.default_rng(0).normal(size=97)
    made = moments(np.column_stack([PROSTATE, noise]), [*PROSTATE_COLUMNS, "noise"])
    found = selection(select(made, "noise", "lpsa", CLINICAL)).outcome
    assert found.selected == tuple(PRINTED)
    np.testing.assert_allclose(list(found.coefficients.values()), list(PRINTED.values()), atol=1e-7, rtol=0)
    assert found.penalty * 2 * 97 == pytest.approx(64.923165, abs=5e-7)


# hdmpy 0.1.0 (R's hdm in Python): rlassoEffect(x, lpsa, d), x the other columns on standard deviation 1
EFFECTS = {
    "lcavol": (0.5418600979177091, {"lweight", "svi", "lcp"}),
    "lweight": (0.5882127035080512, {"lcavol", "age", "lbph", "svi"}),
    "lbph": (0.1012233326705752, {"lcavol", "lweight", "age", "svi"}),
    "svi": (0.7099563530476549, {"lcavol", "lweight", "lcp"}),
    "lcp": (-0.0809111105702864, {"lcavol", "lweight", "svi", "pgg45"}),
    "gleason": (0.028878621041304123, {"lcavol", "lweight", "svi", "pgg45"}),
    "pgg45": (0.0036867894514638067, {"lcavol", "lweight", "svi", "lcp", "gleason"}),
}  # for age hdm stays at one candidate more, where it would also have stayed without


@pytest.mark.parametrize("treatment", EFFECTS)
def test_prostate_effects_as_hdm_has_them(treatment: str) -> None:
    made = moments(PROSTATE, PROSTATE_COLUMNS)
    candidates = [name for name in CLINICAL if name != treatment]
    found = selection(select(made, treatment, "lpsa", candidates))
    effect, union = EFFECTS[treatment]
    assert set(found.union) == union
    fit = regress(made.total(), [treatment, *found.union], ["lpsa"])
    np.testing.assert_allclose(fit.coefficients[0, 0, 0], effect, rtol=1e-10)


def planted(rng: np.random.Generator, n: int = 400, p: int = 30) -> Rows:
    """Three of `p` controls move the treatment a lot and the outcome a little; a fourth only the outcome."""
    x = rng.normal(size=(n, p))
    x[:, 1:] += 0.5 * x[:, :-1]
    confounding = x[:, [2, 11, 25]] @ np.array([1.0, -1.0, 1.0])
    treatment = confounding + rng.normal(size=n)
    outcome = 0.5 * treatment + 0.15 * confounding + x[:, 20] + rng.normal(size=n)
    return np.column_stack([x, treatment, outcome])


def test_planted_confounders_bias_a_single_selection_and_not_a_double_one() -> None:
    rng, names = np.random.default_rng(1), [f"x{at}" for at in range(30)]
    group, noise = np.arange(400) % 80, np.random.default_rng(2).normal(size=400)
    misses: dict[str, list[float]] = {"double": [], "single": []}
    covered: dict[str, list[bool]] = {"double": [], "single": []}
    for _ in range(120):
        rows = np.column_stack([planted(rng), noise])
        made = moments(rows, [*names, "d", "y", "noise"], group)
        both = selection(select(made, "d", "y", names))
        assert {"x2", "x11", "x25"} <= set(both.treatment.selected)
        assert "x20" in both.outcome.selected
        single = selection(select(made, "noise", "y", names, ["d"])).outcome
        for kind, controls in (("double", both.union), ("single", single.selected)):
            effect = float(regress(made.total(), ["d", *controls], ["y"]).coefficients[0, 0, 0])
            error = float(cluster_robust_covariance(made, ["d", *controls], "y")[0, 0]) ** 0.5
            misses[kind].append(effect - 0.5)
            covered[kind].append(abs(effect - 0.5) < 1.96 * error)
    assert abs(np.mean(misses["double"])) < 3 * np.std(misses["double"]) / np.sqrt(120)
    assert np.mean(covered["double"]) > 0.88  # 95 % less 3.5 standard errors of 120 draws
    assert np.mean(misses["single"]) > 0.1
    assert np.mean(covered["single"]) < 0.1


def grouped(seed: int, clusters: int = 60, each: int = 20, p: int = 25) -> tuple[Rows, Rows]:
    """Controls that are the same throughout a cluster, and an outcome that hangs together there but not on them."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(clusters), each)
    x = rng.normal(size=(clusters, p))[group]
    y = rng.normal(size=clusters)[group] + rng.normal(size=len(group))
    return np.column_stack([x, y]), group


def test_rows_of_a_cluster_do_not_count_as_so_many() -> None:
    """Dependent rows taken for independent ones, each a bucket of its own, select noise; clusters do not."""
    names = [f"x{at}" for at in range(25)]
    selected = {"rows": 0, "clusters": 0}
    for seed in range(10):
        rows, group = grouped(seed)
        noise = np.random.default_rng(seed).normal(size=(len(rows), 1))
        for kind, at in (("rows", None), ("clusters", group)):
            made = moments(np.hstack([rows, noise]), [*names, "y", "noise"], at)
            selected[kind] += len(selection(select(made, "noise", "y", names)).outcome.selected)
    assert selected["rows"] > 30
    assert selected["clusters"] <= 1


def test_cluster_loadings_are_those_of_the_rows() -> None:
    """The formula of Belloni, Chernozhukov, Hansen and Kozbur on rows: unequal clusters, empty buckets."""
    rng = np.random.default_rng(2)
    group = np.sort(rng.choice(np.repeat(np.arange(0, 120, 2), rng.integers(1, 12, 60)), 900))
    rows = rng.normal(size=(900, 12)) + rng.normal(size=(120, 12))[group]
    always, x = rows[:, [10]] + 3, rows[:, :10] * 10.0 ** np.arange(-4, 6)
    y = 2 * rows[:, 0] - rows[:, 3] + rows[:, 10] + rows[:, 11]
    names = [f"x{at}" for at in range(10)]
    columns = np.column_stack([always, x, y, rng.normal(size=900)])
    made = moments(columns, ["a", *names, "y", "noise"], group)
    found = selection(select(made, "noise", "y", names, ["a"])).outcome

    def left(columns: Rows, given: Rows) -> Rows:
        design = np.column_stack([np.ones(900), given])
        return columns - design @ np.linalg.lstsq(design, columns)[0]

    inside = [names.index(name) for name in found.selected]
    assert {0, 3} <= set(inside)
    residual, purged = left(y, np.column_stack([always, x[:, inside]])), left(x, always)
    scores = np.array([(purged * residual[:, None])[group == g].sum(axis=0) for g in np.unique(group)])
    clusters = len(scores)
    raw = np.sqrt((scores**2).sum(axis=0) / 900)  # the paper's, to go with 2c √n Φ⁻¹
    scaled = raw / purged.std(axis=0) / left(y, always).std()
    paper = plug_in_penalty(clusters, 10) * np.sqrt(clusters / 900) * scaled
    ours = found.penalty * np.array(list(found.loadings.values()))
    np.testing.assert_allclose(ours, paper, rtol=1e-9)
    sd = purged.std(axis=0)
    solved = lasso(np.cov(purged.T, ddof=0), purged.T @ left(y, always) / 900, left(y, always).std(), paper)
    np.testing.assert_allclose(solved * sd, np.isin(names, found.selected) * solved * sd, atol=1e-12)
    np.testing.assert_allclose(solved[inside], list(found.coefficients.values()), rtol=1e-7)


def test_all_pairs_at_once_equal_one_by_one() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(500, 12))
    d = x[:, :3] + rng.normal(size=(500, 3))
    y = d @ rng.normal(size=(3, 2)) + 0.5 * x[:, 4:6] + rng.normal(size=(500, 2))
    names = [f"x{at}" for at in range(12)]
    made = moments(np.column_stack([x, d, y]), [*names, "d0", "d1", "d2", "y0", "y1"], np.arange(500) % 100)
    together = double_selections(made, ["d0", "d1", "d2"], ["y0", "y1"], [*names, "d1"])
    assert list(together) == [(d, y) for d in ("d0", "d1", "d2") for y in ("y0", "y1")]
    for (treatment, outcome), found in together.items():
        candidates = [name for name in [*names, "d1"] if name != treatment]
        alone = selection(select(made, treatment, outcome, candidates))
        batch = selection(found)
        assert batch.union == alone.union
        assert batch.treatment.selected == alone.treatment.selected
        assert batch.outcome.penalty == alone.outcome.penalty
        np.testing.assert_allclose(
            list(batch.outcome.coefficients.values()), list(alone.outcome.coefficients.values()), rtol=1e-8
        )
        assert ("d1" in batch.treatment.loadings) == (treatment != "d1")
    assert selection(together["d0", "y0"]).union[-1] == "d1"


def test_the_union_is_in_the_order_of_candidates_and_in_any_unit() -> None:
    rows = planted(np.random.default_rng(5), n=2_000)
    names = [f"x{at}" for at in range(30)]
    found = selection(select(moments(rows, [*names, "d", "y"], np.arange(2_000) % 300), "d", "y", names))
    assert list(found.union) == [
        name for name in names if name in {*found.treatment.selected, *found.outcome.selected}
    ]
    units = 10.0 ** np.arange(-16, 16)
    moved = moments(rows * units + 1_000 * units, [*names, "d", "y"], np.arange(2_000) % 300)
    again = selection(select(moved, "d", "y", names[::-1]))
    assert again.union == found.union[::-1]
    for name, value in found.outcome.coefficients.items():
        scale = units[31] / units[int(name[1:])]
        assert again.outcome.coefficients[name] == pytest.approx(value * scale, rel=1e-6)


@pytest.mark.filterwarnings("error")
def test_dependent_candidates_leave_a_union_that_can_be_regressed_on() -> None:
    rng = np.random.default_rng(6)
    group = rng.integers(0, 5, 800)
    dummies = np.eye(5)[group] @ np.diag([1.0, 2, 3, 4, 5])
    d = group + rng.normal(size=800)
    y = d - 2 * group + rng.normal(size=800)
    rows = np.column_stack([dummies, np.ones(800), 7 - 2 * dummies[:, 3], d, y])
    names = ["a", "b", "c", "d", "e", "constant", "twin"]
    made = moments(rows, [*names, "treatment", "outcome"], np.arange(800) % 150)
    found = selection(select(made, "treatment", "outcome", names))
    assert "constant" not in found.treatment.loadings
    assert not {"constant", "twin"} & set(found.union)
    assert np.isfinite(regress(made.total(), ["treatment", *found.union], ["outcome"]).coefficients).all()
    given = selection(select(made, "treatment", "outcome", ["twin", *names[:3]], ["d"]))
    assert "twin" not in given.treatment.loadings
    assert "a" in given.treatment.loadings


@pytest.mark.filterwarnings("error")
def test_two_selections_that_depend_on_each_other_only_together() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=(600, 2))
    d = x[:, 0] - x[:, 1] + rng.normal(size=600)
    y = x.sum(axis=1) + rng.normal(size=600)
    made = moments(np.column_stack([x, x.sum(axis=1), d, y]), ["a", "b", "sum", "d", "y"])
    found = selection(select(made, "d", "y", ["a", "b", "sum"]))
    assert (found.treatment.selected, found.outcome.selected) == (("a", "b"), ("sum",))
    assert found.union == ("a", "b")


@pytest.mark.filterwarnings("error")
def test_a_candidate_that_determines_the_treatment_is_found() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(300, 6))
    rows = np.column_stack([x, 2 * x[:, 1] - x[:, 4], x @ np.ones(6) + rng.normal(size=300)])
    names = [f"x{at}" for at in range(6)]
    found = selection(select(moments(rows, [*names, "d", "y"]), "d", "y", names))
    assert found.treatment.selected == ("x1", "x4")


@pytest.mark.filterwarnings("error")
def test_without_candidates_nothing_is_selected() -> None:
    found = selection(select(moments(PROSTATE, PROSTATE_COLUMNS), "svi", "lpsa", [], ["age"]))
    assert found.union == found.treatment.selected == found.outcome.selected == ()
    assert np.isnan(found.treatment.penalty)


@pytest.mark.filterwarnings("error")
def test_what_cannot_be_selected_says_why() -> None:
    rows = np.column_stack([PROSTATE, np.ones(97), PROSTATE[:, 0] - 2 * PROSTATE[:, 1]])
    columns = [*PROSTATE_COLUMNS, "constant", "mixed"]
    made, candidates = moments(rows, columns), ["age", "lbph", "lcp"]

    def reason(found: Selection | NotEstimable) -> str:
        assert isinstance(found, NotEstimable)
        return clause(found.reason)

    assert reason(select(made, "constant", "lpsa", candidates)) == "'constant' is the same in every episode"
    assert reason(select(made, "svi", "constant", candidates)).startswith("'constant' is the same")
    beyond = reason(select(made, "mixed", "lpsa", candidates, ["lcavol", "lweight"]))
    assert beyond == "'mixed' does not vary beyond the controls that are always in"
    empty = Moments(tuple(columns), np.zeros(11), np.zeros(4), np.zeros((4, 11)), np.zeros((4, 11, 11)))
    assert reason(select(empty, "svi", "lpsa", candidates)) == "there are no episodes"
    needed = next(n for n in range(2, 99) if plug_in_penalty(n, 3) < 1)
    for few in (1, 2, needed - 1):
        clusters = moments(rows, columns, np.arange(97) % few)
        sentence = f"to select among 3 controls takes {needed} independent observations, and there are {few}"
        assert reason(select(clusters, "svi", "lpsa", candidates)) == sentence
    selection(select(moments(rows, columns, np.arange(97) % needed), "svi", "lpsa", candidates))
    pairs = double_selections(made, ["svi", "constant"], ["lpsa"], candidates)
    assert isinstance(pairs["svi", "lpsa"], Selection)  # the other pair is not spoilt
    assert isinstance(pairs["constant", "lpsa"], NotEstimable)


def test_a_lasso_that_does_not_converge_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineofsight.stats.lasso._ROUNDS", 1)
    found = select(moments(PROSTATE, PROSTATE_COLUMNS), "svi", "lpsa", ["lcavol", "lcp"])
    assert found == NotEstimable(Reason.LASSO_FAILS, name="svi")


def test_refusals_name_what_is_wrong() -> None:
    made = moments(PROSTATE, PROSTATE_COLUMNS)
    with pytest.raises(ValueError, match="no column 'ages': did you mean 'age'"):
        select(made, "svi", "lpsa", ["ages"])
    for treatment, outcome, candidates, always in (
        ("svi", "svi", ["age"], []),
        ("svi", "lpsa", ["age", "lpsa"], []),
        ("svi", "lpsa", ["age", "age"], []),
        ("svi", "lpsa", ["age"], ["age"]),
        ("svi", "lpsa", ["age"], ["svi"]),
    ):
        with pytest.raises(ValueError, match="a column stands only once"):
            select(made, treatment, outcome, candidates, always)
