"""Which engine fits a project on this machine, and why, in a few plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lineofsight.sizing.cost import Cost
from lineofsight.sizing.machine import DUCKDB_SHARE, Machine
from lineofsight.sizing.tables import TableSize

_SIZES = ((1e15, "PB"), (1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_TIMES = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))
_COUNTS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def in_bytes(value: float) -> str:
    """A measured size: `1.8 GB`, `76 GB`."""
    return _sized(_rounded(value, 2))


def about_bytes(value: float) -> str:
    """An estimated size: `1.2 GB`, `60 GB`."""
    return _sized(_rough(value))


def _sized(value: float) -> str:
    factor, unit = next((pair for pair in _SIZES if value >= pair[0]), (1.0, "bytes"))
    return f"{_shown(value / factor)} {unit}"


def about_time(seconds: float) -> str:
    """An estimated time: `about 12 s`, `about 5 min`, `about 3 h`."""
    factor, unit = next((pair for pair in _TIMES if seconds >= 1.5 * pair[0]), (1.0, "s"))
    return f"about {_shown(_rough(seconds / factor))} {unit}"


def about_count(value: float, noun: str) -> str:
    """A number that is not known to the last: `about 120 million rows`, `about 4,300 rows`."""
    value = _rounded(value, 2)
    factor, word = next((pair for pair in _COUNTS if value >= pair[0]), (1.0, ""))
    return f"about {_shown(value / factor)} {word + ' ' if word else ''}{noun}s"


def counted(value: int, noun: str) -> str:
    """`1 table`, `1,234 rows`."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def _rough(value: float) -> float:
    """One digit; two where the first is a 1, since one alone would be off by up to a half."""
    return _rounded(value, 2 if f"{value:e}".startswith("1") else 1)


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


EngineName = Literal["duckdb", "spark"]

#: A project that is set up for a cluster is told of DuckDB only where it surely is the quicker one.
QUICK_SECONDS = 300.0
#: From here on a cluster is worth its trouble.
LONG_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Capacity:
    """How large a project's data are, what the machine holds, and which engine is recommended.

    Attributes:
        tables: Every declared table with its bytes and rows.
        episodes: Episodes; at most so many where they have not been aligned yet.
        machine: What this process may use.
        cost: What DuckDB is estimated to need for a run on this machine.
        declared: The engine that the project file names, or the default.
        recommended: The engine that fits.
        text: Size, estimate and recommendation as sentences.
    """

    tables: tuple[TableSize, ...]
    episodes: int
    machine: Machine
    cost: Cost
    declared: EngineName
    recommended: EngineName
    text: str


def advise(
    tables: tuple[TableSize, ...], episodes: int, machine: Machine, cost: Cost, declared: EngineName
) -> Capacity:
    """Chooses the engine, and says why."""
    size = [_size(files)] if (files := [table for table in tables if table.bytes]) else []
    elsewhere = [table.name for table in tables if table.format == "elsewhere"]
    recommended, why = _choice(machine, cost, declared)
    why = _estimate(machine, cost) + why
    if elsewhere:
        recommended = "spark"
        lies = "lies" if len(elsewhere) == 1 else "lie"
        why = f"{_quoted(elsewhere)} {lies} in Spark's catalogue or behind a URL, which only Spark reads: stay with it."
    return Capacity(tables, episodes, machine, cost, declared, recommended, " ".join([*size, why]))


def _size(files: Sequence[TableSize]) -> str:
    size, rows = sum(table.bytes for table in files), sum(table.rows for table in files)
    exact = rows < 1e6 and all(table.exact for table in files)
    told = counted(rows, "row") if exact else about_count(rows, "row")
    return f"This is {in_bytes(size)} in {counted(len(files), 'table')}, {told}."


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _estimate(machine: Machine, cost: Cost) -> str:
    has = [counted(machine.cores, "core")]
    if machine.memory is not None:
        has.append(f"{in_bytes(machine.memory)} of memory{_of_which(machine)}")
    has.append(f"{in_bytes(machine.disk)} of free disk")
    return (
        f"DuckDB on this machine ({', '.join(has)}) is estimated to need {about_time(cost.seconds)} and"
        f" {about_bytes(cost.memory)} of memory"
    )


def _of_which(machine: Machine) -> str:
    """What a project allows of the memory, where it allows less than DuckDB takes by itself."""
    if machine.memory is None or machine.allowed is None:
        return ""
    own = machine.allowed < int(DUCKDB_SHARE * machine.memory)
    return f", of which the project allows {in_bytes(machine.allowed)}" if own else ""


def _choice(machine: Machine, cost: Cost, declared: EngineName) -> tuple[EngineName, str]:
    """The engine, and the end of the sentence that says why."""
    spark = "stay with Spark." if declared == "spark" else "use Spark (docs: how-to/spark)."
    written, free = cost.spill + cost.stored, machine.disk
    if written > free:
        why = f", and to write up to {about_bytes(written)} to disk, where {in_bytes(free)} are free: {spark}"
        return "spark", why
    spills = f", of which up to {about_bytes(cost.spill)} would spill to disk, which takes longer"
    beyond = spills if cost.spill else ""
    if cost.seconds > LONG_SECONDS:
        return "spark", f"{beyond}. That is long: {spark}"
    if declared == "duckdb":
        return "duckdb", f"{beyond}: stay with it."
    if cost.spill or cost.seconds > QUICK_SECONDS:
        return "spark", f"{beyond}: a cluster can well be quicker, {spark}"
    return "duckdb", ": that is quicker than Spark, so take 'engine: spark' out."
