"""How sure each effect is: a claim among all others, with everything that speaks for and against it.

Of each claim: its chance of being a false discovery, its shrunk size, its evidence level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.comparisons.comparison import statements
from lineofsight.analyses.comparisons.estimate import Comparisons
from lineofsight.analyses.effects.estimate import Effects
from lineofsight.analyses.evidence.assignment import Assignment, assignments
from lineofsight.analyses.evidence.levels import FEWEST_CUSTOMERS, Case, Verdict, judge
from lineofsight.analyses.leakage.estimate import Leakage
from lineofsight.analyses.leakage.suspicions import held_beside, objections
from lineofsight.analyses.segments.estimate import Segments
from lineofsight.analyses.segments.heterogeneity import Heterogeneity
from lineofsight.analyses.stability.estimate import Stabilities, unstable_effects
from lineofsight.model.effects import Effect, EffectKey
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.sample import Sample
from lineofsight.project.models import Assigned
from lineofsight.reasons import Reason, Statement
from lineofsight.stats.intervals import excludes_zero, interval_sign
from lineofsight.stats.multiplicity import holm, q_values
from lineofsight.stats.results import Array, Estimate
from lineofsight.stats.shrinkage import shrink
from lineofsight.stats.wald import p_value


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of an effect beyond its interval.

    Attributes:
        p_value: Of no effect, by the bootstrap's standard error; NaN where there is no estimate.
        q_value: The least share of false discoveries at which it is one (Benjamini and Hochberg 1995), among all
            effects of the run with such a path.
        shrunk: Value and interval drawn towards zero as far as the estimates of the same outcome have been scattered
            by chance: what to expect of the one on top of the list. None where there is none.
        verdict: Its evidence level, with reasons.
    """

    p_value: float
    q_value: float
    shrunk: tuple[float, float, float] | None
    verdict: Verdict


def make_claims(
    effects: Sequence[Effect],
    different: Sequence[Heterogeneity],
    rare: frozenset[str],
    *,
    adjusted: bool,
    level: float,
    against: Mapping[tuple[str, str], tuple[Statement, ...]] | None = None,
    support: Mapping[tuple[str, str], tuple[Statement, ...]] | None = None,
    assigned: Mapping[str, Assignment] | None = None,
    kept_out: Callable[[Effect], tuple[str, ...]] = lambda effect: (),
    ordered: bool = True,
) -> dict[EffectKey, Claim]:
    """Judges all effects together.

    Args:
        effects: All effects, those of '10 % better' and of one point.
        different: How they differ between segments.
        rare: Outcomes that happen too seldom for the models.
        adjusted: Whether there are controls.
        level: Coverage of intervals.
        against: What else speaks against the claims of a cause on an outcome.
        support: What else speaks for those about everyone.
        assigned: How operations came to whom they came to, where that is declared.
        kept_out: Declared controls that are not held equal in the models of an effect.
        ordered: Whether times, or the project file, say what came first.
    """
    known = [e for e in effects if isinstance(e.result, Estimate) and e.change != "best"]
    values, errors = _arrays(known)
    p = p_value(values, errors)
    q = np.full(len(known), np.nan)
    for path in ("total", "direct", "via"):
        mine = np.array([e.path.split(" ", 1)[0] == path for e in known], dtype=bool)
        q[mine] = q_values(p[mine])
    own = _holm_of_cause(known, p)
    shrunk = dict(_shrunk(known, level))
    reversed_by = {(h.cause, h.outcome): h.attribute for h in different if h.reversed}
    found = {}
    for effect, one_p, one_q, own_p in zip(known, p.tolist(), q.tolist(), own.tolist(), strict=True):
        key = effect.key
        pair = (effect.cause, effect.outcome)
        suspected, backed = (
            (against or {}).get(pair, ()),
            (support or {}).get(pair, ()) if effect.segment is None else (),
        )
        case = _case(
            effect, one_q, own_p, reversed_by, rare, suspected, backed, adjusted=adjusted, level=level
        )
        case = replace(case, kept_out=kept_out(effect), ordered=ordered)
        if effect.path == "total" and assigned:
            case = replace(case, assigned=assigned.get(effect.cause))
        found[key] = Claim(one_p, one_q, shrunk.get(key), judge(case))
    return found


def _holm_of_cause(effects: Sequence[Effect], p: Array) -> Array:
    """P-values counted among all totals of the same cause; 0 for other paths, which are not judged by them."""
    found = np.zeros(len(effects))
    for cause in dict.fromkeys(effect.cause for effect in effects):
        mine = np.array([e.cause == cause and e.path == "total" for e in effects], dtype=bool)
        found[mine] = holm(p[mine])
    return found


def _arrays(effects: Sequence[Effect]) -> tuple[Array, Array]:
    estimates = [e.result for e in effects if isinstance(e.result, Estimate)]
    return np.array([e.value for e in estimates]), np.array([e.standard_error for e in estimates])


def _shrunk(
    effects: Sequence[Effect], level: float
) -> Iterator[tuple[EffectKey, tuple[float, float, float]]]:
    """Totals of all operations on one outcome in one segment, drawn towards zero together."""
    families: dict[tuple[str, str | None], list[Effect]] = {}
    for effect in effects:
        if effect.path == "total" and effect.change == "better":
            families.setdefault((effect.outcome, effect.segment), []).append(effect)
    for family in families.values():
        drawn = shrink(*_arrays(family), level=level)
        if np.isfinite(drawn.prior_sd):
            for effect, value, low, high in zip(family, drawn.estimates, drawn.low, drawn.high, strict=True):
                yield effect.key, (float(value), float(low), float(high))


def _case(
    effect: Effect,
    q: float,
    own_p: float,
    reversed_by: Mapping[tuple[str, str], str],
    rare: frozenset[str],
    suspected: tuple[Statement, ...],
    backed: tuple[Statement, ...],
    *,
    adjusted: bool,
    level: float,
) -> Case:
    assert isinstance(effect.result, Estimate)  # only these are claims
    low, high = effect.result.interval(level)
    robustness = effect.robustness
    benchmark = None if robustness is None else robustness.benchmark
    left = None if benchmark is None else benchmark.interval(effect.result, level)
    return Case(
        adjusted=adjusted,
        clear=excludes_zero(low, high),
        q_value=q,
        own_p=own_p,
        robustness=float("nan") if robustness is None else robustness.interval_value,
        benchmark=None if benchmark is None else benchmark.control,
        outlives_benchmark=left is not None and interval_sign(*left) == interval_sign(low, high) != 0,
        reversed_by=reversed_by.get((effect.cause, effect.outcome)) if effect.segment is None else None,
        rare=effect.outcome in rare,
        customers=FEWEST_CUSTOMERS if robustness is None else robustness.clusters,
        against=suspected if effect.path == "total" else (Reason.NOT_TOTAL(), *suspected),
        support=backed,
    )


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of each effect beyond its interval.

    Attributes:
        claims: By cause, outcome, segment, path and change.
        assigned: Operations that are declared to be assigned by lot or by chance, tested.
    """

    claims: Mapping[EffectKey, Claim]
    assigned: Mapping[str, Assignment]


def judge_effects(
    sample: Sample,
    effects: Effects,
    segments: Segments,
    doubts: Doubts,
    stabilities: Stabilities,
    comparisons: Comparisons,
    leakage: Leakage,
    assigned: Mapping[str, Assigned],
    *,
    ordered: bool = True,
) -> Evidence:
    """Judges all effects together, by all that was found of them."""
    sources = {info.source for info in sample.info.values()}
    later = leakage.kept_out_controls(sample.design, sources)
    tested = assignments(sample.design, sample.everyone, assigned, later)
    doubted = objections(doubts.suspicions, {name: info.source for name, info in sample.info.items()})
    for pair, found in unstable_effects(stabilities.found).items():
        doubted[pair] = (*doubted.get(pair, ()), *found)
    for pair, found in statements(comparisons.found, sample.level, "against").items():
        doubted[pair] = (*doubted.get(pair, ()), *found)
    for pair in {(e.cause, e.outcome) for e in effects.effects if _between_perceptions(sample.info, e)}:
        doubted[pair] = (*doubted.get(pair, ()), Reason.SAME_MOOD())
    for effect in effects.effects:
        own = dict.fromkeys(
            sample.info[each].source for each in (effect.cause, effect.outcome) if each in sample.info
        )
        few = [doubts.few_answers[name] for name in own if name in doubts.few_answers]
        pair = (effect.cause, effect.outcome)
        doubted[pair] = (*doubted.get(pair, ()), *(each for each in few if each not in doubted.get(pair, ())))
    for pair in {(e.cause, e.outcome) for e in effects.effects}:
        held = [each for each in doubts.suspicions if each.cause not in sample.info or pair[0] in sample.info]
        beside = held_beside(held, sample.info[pair[1]].source, pair[0])
        doubted[pair] = (*doubted.get(pair, ()), *beside)
    for pair in {(e.cause, e.outcome) for e in effects.effects if goes_wrong(sample.info, e, sample.level)}:
        doubted[pair] = (*doubted.get(pair, ()), Reason.WRONG_WAY())

    def kept_out(effect: Effect) -> tuple[str, ...]:
        return leakage.kept_out_controls(sample.design, effect.answers(sample.info))

    claims = make_claims(
        effects.effects,
        segments.different,
        frozenset(doubts.rare),
        adjusted=sample.adjusted,
        level=sample.level,
        against=doubted,
        support=statements(comparisons.found, sample.level, "for"),
        assigned=tested,
        kept_out=kept_out,
        ordered=ordered,
    )
    return Evidence(claims, tested)


def goes_wrong(info: Mapping[str, OutcomeInfo], effect: Effect, level: float) -> bool:
    """Whether a perception clearly goes with less of what the company wants, or with a worse perception that it leads to."""
    if effect.cause not in info or effect.path != "total" or not isinstance(effect.result, Estimate):
        return False
    if effect.segment is not None:
        return False
    worse = -1 if info[effect.outcome].better == "higher" else 1
    return interval_sign(*effect.result.interval(level)) == worse


def _between_perceptions(info: Mapping[str, OutcomeInfo], effect: Effect) -> bool:
    return effect.cause in info and info[effect.outcome].kind == "perception"
