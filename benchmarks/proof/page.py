"""The tables of docs/explanation/calibration.md about kinds of company, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.proof.promises import off
from benchmarks.proof.scenarios import Scenario
from benchmarks.proof.summary import QUESTIONS, Mean, Row, Stands

_NO = "–"

_HEAD = ["Company", "A→C", "A→B total", "A→B direct", "A→B via perception", "C→B"]

Rows = Mapping[str, Sequence[Row]]


Told = Sequence[tuple[str, Scenario, Row]]


def render(scenarios: Sequence[Scenario], rows: Rows, stands: Mapping[str, Sequence[Stands]]) -> str:
    """All tables; the rows of each scenario are those of everyone, then those of its segments."""
    told = [
        (f"{scenario.title}{', in segments' * row.segments}", scenario, row)
        for scenario in scenarios
        for row in rows[scenario.name]
    ]
    hidden = [one for scenario in scenarios for one in stands.get(scenario.name, ())]
    return "\n\n".join((_errors(told), _coverage(told), _claims(told), _hidden(hidden)))


def _errors(told: Told) -> str:
    body = [
        [title, *(_bias(scenario, row, name) for name in QUESTIONS), _worst(row)]
        for title, scenario, row in told
    ]
    return (
        "**Mean error, as a share of the effect**, and in brackets in its own standard errors over companies."
        " † is known to be off.\n\n" + _table([*_HEAD, "Worst link without effect"], body)
    )


def _coverage(told: Told) -> str:
    body = [
        [title, *(_share(row.coverage[name], _mark(scenario, row, name)) for name in QUESTIONS)]
        for title, scenario, row in told
    ]
    return "**95 % intervals that hold the truth**, of links with and without effect.\n\n" + _table(
        _HEAD, body
    )


def _claims(told: Told) -> str:
    head = ["Company", "Totals with q ≤ 0.05", "of these false", "Direct: false", "Via: false"]
    head += ["*robust* of links with an effect", "*robust* of links without"]
    head += ["Companies with a *robust* null operation", "with any *robust* link without effect"]
    body = [
        [
            title,
            f"{row.claims.value:.1f}",
            *map(_share, (row.false, row.false_direct, row.false_via, row.robust)),
            *map(_share, (row.null_link, row.null_driver, row.any_null)),
        ]
        for title, _, row in told
    ]
    return (
        "**False discoveries, and how often *robust* was not deserved**, in total effects unless said.\n\n"
        + _table(head, body)
    )


def _hidden(stands: Sequence[Stands]) -> str:
    head = ["Outcome", "Explained of the cause", "of the outcome", "Robustness value", "of the interval"]
    head += ["Value above both", "Interval's above both", "Interval excludes zero", "*robust*"]
    body = [
        [
            one.outcome,
            *(f"{100 * share:.1f} %" for share in one.hidden),
            _spread(one.values),
            _spread(one.of_interval),
            *map(_share, (one.value_above, one.above, one.clear, one.robust)),
        ]
        for one in stands
    ]
    return (
        "**A link without effect that an undeclared variable is behind**: what that variable explains, and the robustness"
        " values of the claim, as their median with the 10th and 90th percentile.\n\n" + _table(head, body)
    )


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _mark(scenario: Scenario, row: Row, question: str) -> str:
    return " †" if off(scenario, row, question) else ""


def _bias(scenario: Scenario, row: Row, question: str) -> str:
    mean = row.bias[question]
    if mean.value != mean.value:
        return _NO
    return f"{100 * mean.value:+.1f} % ({mean.z:+.1f}){_mark(scenario, row, question)}"


def _worst(row: Row) -> str:
    if row.worst is None:
        return _NO
    return f"{row.worst.error.value:+.2f} standard errors ({row.worst.error.z:+.1f})"


def _share(mean: Mean, mark: str = "") -> str:
    if mean.value != mean.value:
        return _NO
    return f"{100 * mean.value:.1f} ± {100 * mean.standard_error:.1f} %{mark}"


def _spread(values: tuple[float, float, float]) -> str:
    low, middle, high = (100 * value for value in values)
    return f"{middle:.1f} % ({low:.1f} to {high:.1f})"
