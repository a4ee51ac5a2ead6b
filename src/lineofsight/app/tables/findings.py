"""Table `findings`: what was found, as plain sentences, worded as associations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineofsight.app.tables.context import Results, Row, label_of
from lineofsight.report.numbers import change, count, interval, quantity, share, with_interval

_EVENTS_PER_COLUMN = 10  # Peduzzi et al. 1996
_NOTABLE = 0.1  # standardised difference, Austin 2009
_TIMES = ("day", "hour", "minute", "second", "week", "month")
_SHOWN = 8


def finding_rows(
    results: Results, effects: Sequence[Row], money_table: Sequence[Row], silent: Sequence[Row]
) -> list[Row]:
    """The sentences in order: drivers by worth or importance, perceptions, who answered, cautions."""
    rare = rare_outcomes(results)
    found: list[tuple[str, str | None, str]] = []
    found += _drivers(results, effects, money_table, rare)
    found += _perceptions(results, effects, rare)
    found += _response(results, silent)
    found += _cautions(results, effects, rare)
    return [
        {"rank": rank, "kind": kind, "subject": subject, "sentence": sentence}
        for rank, (kind, subject, sentence) in enumerate(found, start=1)
    ]


def rare_outcomes(results: Results) -> dict[str, tuple[int, int]]:
    """Behaviours that hardly ever differ from 0 (or, for `stay`, from 1): events, and columns of the model.

    Fewer than ten events per column make estimates and intervals unreliable (Peduzzi et al. 1996).
    """
    columns = len(results.design.basis.controls) + len(results.design.basis.slopes)
    rare = {}
    for name, (known, nonzero) in results.profile.nonzero.items():
        stays = results.project.behaviours[name].kind == "stay"
        events = min(nonzero, known - nonzero) if stays else nonzero
        if events < _EVENTS_PER_COLUMN * columns:
            rare[name] = (events, columns)
    return rare


def clear(row: Row) -> bool:
    """Whether the interval lies on one side of nothing."""
    return row["low"] is not None and (row["low"] > 0 or row["high"] < 0)


def _drivers(
    results: Results, effects: Sequence[Row], money_table: Sequence[Row], rare: dict[str, tuple[int, int]]
) -> Iterator[tuple[str, str | None, str]]:
    worth = {row["driver"]: row for row in money_table if row["segment"] is None}
    totals: dict[str, list[Row]] = {name: [] for name in results.project.operations}
    for row in effects:
        main = row["outcome"] in results.project.perceptions or row["outcome"] in results.project.behaviours
        if row["segment"] is None and row["path"] == "total" and row["cause"] in totals and main:
            totals[row["cause"]].append(row)
    clear_totals = {
        name: [r for r in rows if clear(r) and r["outcome"] not in rare] for name, rows in totals.items()
    }
    silent = [
        name
        for name, rows in clear_totals.items()
        if not rows and any(r["reason"] is None for r in totals[name])
    ]

    def weight(name: str) -> tuple[float, float]:
        amount = worth[name]
        strength = max(
            (abs(r["estimate"]) / r["standard_error"] for r in clear_totals[name] if r["standard_error"]),
            default=0.0,
        )
        return (-abs(amount["money_per_year"]) if clear(_interval_of(amount)) else 0.0, -strength)

    for name in sorted((n for n, rows in clear_totals.items() if rows), key=weight):
        rows = clear_totals[name]
        parts = [_part(results, row) for row in rows]
        sentence = f"{_change(results, name, rows[0])} goes with {_and(parts)}"
        amount = worth[name]
        if amount["money_per_year"] is not None and not set(rare) & set(amount["behaviours"].split(", ")):
            told = _worth(results, amount)
            tail = "" if clear(_interval_of(amount)) else ", which cannot be told from nothing"
            sentence += f"; over all behaviours that is worth {told}{tail}"
        yield "driver", name, _sentence(sentence)
    if silent:
        listed = _and([label_of(results.project, name) for name in silent])
        yield (
            "no effect",
            None,
            f"For {listed} no effect can be told from nothing: their intervals all include zero.",
        )


def _interval_of(row: Row) -> Row:
    return {"low": row["low"], "high": row["high"]}


def _change(results: Results, name: str, row: Row) -> str:
    operation = results.project.operations[name]
    time = operation.unit.rstrip("s") in _TIMES
    word = "higher" if operation.better == "higher" else "shorter" if time else "lower"
    percent = f"{results.project.estimation.change * 100:g} %"
    told = change(row["cause_from"], row["cause_to"], operation.unit)
    return f"{percent} {word} {label_of(results.project, name)} ({told})"


def _part(results: Results, row: Row) -> str:
    told = quantity(row["estimate"], row["unit"], row["low"], row["high"], signed=True, form="sentence")
    return f"{told} of {label_of(results.project, row['outcome'])} {interval(row['low'], row['high'])}"


def _worth(results: Results, amount: Row) -> str:
    told = with_interval(amount["money_per_year"], amount["low"], amount["high"], results.project.currency)
    return f"{told} a year"


def _perceptions(
    results: Results, effects: Sequence[Row], rare: dict[str, tuple[int, int]]
) -> Iterator[tuple[str, str | None, str]]:
    for name in results.project.perceptions:
        rows = [
            row
            for row in effects
            if row["cause"] == name and row["segment"] is None and row["outcome"] not in rare
        ]
        told = [_part(results, row) for row in rows if clear(row)]
        label = label_of(results.project, name)
        if told:
            step = rows[0]["change"].replace(" higher", "")
            yield (
                "perception",
                name,
                _sentence(f"{step} more of {label}, all else equal, goes with {_and(told)}"),
            )
        unclear = [
            label_of(results.project, row["outcome"])
            for row in rows
            if row["low"] is not None and not clear(row)
        ]
        if unclear:
            yield (
                "caution",
                name,
                _sentence(f"whether {label} goes with {_or(unclear)} cannot be told from these data"),
            )


def _response(results: Results, silent: Sequence[Row]) -> Iterator[tuple[str, str | None, str]]:
    for name in results.project.perceptions:
        asked = results.chain.everyone.mean_sums[f"asked:{name}"][0]
        answered = results.chain.everyone.population((name,)).n
        if asked <= 0:
            continue
        label = label_of(results.project, name)
        sentence = f"{label} is known for {count(answered)} of {count(int(asked))} episodes ({share(answered / asked)})"
        apart = [
            row
            for row in silent
            if row["perception"] == name and abs(row["standardised_difference"] or 0) > _NOTABLE
        ]
        apart.sort(key=lambda row: -abs(row["standardised_difference"]))
        if apart:
            listed = _and([label_of(results.project, row["variable"]) for row in apart[:3]])
            sentence += f"; those who answered differ from the silent in {listed}"
        yield "response", name, _sentence(sentence)


def _cautions(
    results: Results, effects: Sequence[Row], rare: dict[str, tuple[int, int]]
) -> Iterator[tuple[str, str | None, str]]:
    project = results.project
    if not project.perceptions:
        yield (
            "caution",
            None,
            "The customer was skipped: no perception is declared, so how customers felt is not in view.",
        )
    for outcome, (events, columns) in rare.items():
        n = results.chain.everyone.population((outcome,)).n
        yield (
            "caution",
            outcome,
            f"What goes with '{label_of(project, outcome)}' can hardly be told from these data: it happened, or failed to,"
            f" in only {count(events)} of {count(n)} episodes, for models of {columns} columns."
            " Its effects are in the tables, not among the findings.",
        )
    for reason in dict.fromkeys(results.chain.leaks.values()):
        yield "caution", None, _sentence(reason + ". It is kept out")
    refused: dict[str, list[str]] = {}
    for row in effects:
        if (
            row["segment"] is None
            and row["reason"]
            and row["path"] == "total"
            and row["cause"] in project.operations
        ):
            refused.setdefault(row["reason"], []).append(row["cause"])
    known = set(results.chain.leaks.values())
    for reason, causes in list(refused.items())[:_SHOWN]:
        if reason not in known:
            listed = _and([f"'{label_of(project, name)}'" for name in dict.fromkeys(causes)])
            yield "caution", None, _sentence(f"no effect of {listed} can be estimated: {reason}")
    for name in _extracted(results, effects, rare):
        yield (
            "caution",
            name,
            f"Extracted, not earned? Making '{label_of(project, name)}' better goes with more of what customers do, but with a worse perception.",
        )
    uncovered: dict[tuple[str, int], list[str]] = {}
    for drop in results.file.drops:
        if drop["step"] == "behaviours":
            uncovered.setdefault((drop["reason"], drop["n"]), []).append(label_of(project, drop["name"]))
    for (reason, n), names in uncovered.items():
        part, verb = share(n / results.file.stored), "is" if len(names) == 1 else "are"
        told = f"{_and(names)} {verb} unknown for {part} of the episodes: {reason}; there it counts as missing, not as zero"
        yield "caution", None, _sentence(told)


def _extracted(results: Results, effects: Sequence[Row], rare: dict[str, tuple[int, int]]) -> list[str]:
    """Operations whose improvement clearly goes with good behaviour and clearly with a worse perception."""
    project = results.project
    found = []
    for name in project.operations:
        rows = [
            r
            for r in effects
            if r["cause"] == name and r["segment"] is None and r["path"] == "total" and clear(r)
        ]
        gains = any(
            (r["estimate"] > 0) == (project.behaviours[r["outcome"]].better == "higher")
            for r in rows
            if r["outcome"] in project.behaviours and r["outcome"] not in rare
        )
        losses = any(r["estimate"] < 0 for r in rows if r["outcome"] in project.perceptions)
        if gains and losses:
            found.append(name)
    return found


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _and(parts: Sequence[str]) -> str:
    return _listed(parts, "and")


def _or(parts: Sequence[str]) -> str:
    return _listed(parts, "or")


def _listed(parts: Sequence[str], word: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"
