"""How findings are worded: associations in plain words, numbers rounded to what their interval supports."""

from __future__ import annotations

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.rows import label_of
from lineofsight.units import Unit, UnitKind
from lineofsight.words.numbers import change, is_currency, unit_name, with_interval

_TIMES = ("day", "hour", "minute", "second", "week", "month")


def improvement(results: Results, row: Row) -> str:
    """What gets better, as '10 % shorter Delivery time (4.0 → 3.6 days)'."""
    operation = results.project.operations[row["cause"]]
    before, after, unit = row["cause_from"], row["cause_to"], operation.unit
    if unit == "share" and before is not None and after is not None:
        before, after, unit = before * 100, after * 100, "per cent"
    limit = next(d.limit for d in results.sample.design.basis.drivers if d.name == row["cause"])
    capped = ", up to its limit" if limit is not None and _falls_short(results, row) else ""
    return f"{moved(results, row['cause'])}{capped} ({change(before, after, unit)})"


def moved(results: Results, cause: str) -> str:
    """The change of an operation alone, as '10 % shorter Delivery time'."""
    operation = results.project.operations[cause]
    time = operation.unit.rstrip("s") in _TIMES
    better = {"higher": "longer" if time else "higher", "lower": "shorter" if time else "lower"}
    percent = f"{results.project.estimation.change * 100:g} %"
    return f"{percent} {better[operation.better]} {label_of(results.project, cause)}"


def _falls_short(results: Results, row: Row) -> bool:
    """Whether a limit keeps the mean from moving by the whole share."""
    before, after = row["cause_from"], row["cause_to"]
    if before is None or after is None:
        return False
    return bool(abs(after - before) < 0.995 * results.project.estimation.change * abs(before))


def difference(results: Results, row: Row) -> str:
    """What goes with it, as "+0.46 percentage points of 'Came back' [0.31, 0.61]"."""
    label = quoted(results, row["outcome"])
    currency = is_currency(row["unit"])
    unit = "" if currency else unit_name(row["unit"], "sentence")
    told = with_interval(row["estimate"], row["low"], row["high"], row["unit"] if currency else "")
    value, between = told.rsplit(" [", 1)
    return f"{value}{' ' * bool(unit)}{unit} of {label} [{between}"


def money(results: Results, row: Row) -> str:
    """An amount a year with its interval, as '+EUR 15,000 a year (95 % interval 10,000 to 20,000)'."""
    told = with_interval(
        row["money_per_year"],
        row["low"],
        row["high"],
        Unit(results.project.currency or "", UnitKind.MONEY),
        form="sentence",
        confidence=results.level,
    )
    value, *between = told.split(" (", 1)
    return f"{value} a year" + "".join(f" ({part}" for part in between)


def quoted(results: Results, name: str) -> str:
    """What a person calls it, in quotes: labels such as 'Came back' do not stand in a sentence by themselves."""
    return f"'{label_of(results.project, name)}'"
