"""Sections that set how a project is counted, estimated and valued; and what every section is made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from lineofsight.error_codes import ProjectCode
from lineofsight.project.problems import FieldError
from lineofsight.project.quantities import Duration, Memory, Number, Patience, Share, WholeNumber


class Section(BaseModel):
    """A mapping of the project file: unknown keys are errors, values never change, an empty key is absent."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        known = keys_of(cls)
        return {key: value for key, value in values.items() if value is not None or key not in known}


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a section as they are written in the file: `is` cannot name a variable of Python, which has `is_`."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


class DuckDBSettings(Section):
    """Limits of the embedded engine.

    Attributes:
        memory: As in `4GB`; absent, DuckDB's own default.
        threads: How many; absent, all cores.
    """

    memory: Memory | None = None
    threads: WholeNumber | None = Field(default=None, ge=1, le=1024)


class Limits(Section):
    """What the embedded engine may take before it is stopped.

    Attributes:
        sql: How long one query may compute.
        spill: How much may lie on the disk for want of memory; absent, nine tenths of what is free.
    """

    sql: Patience = dt.timedelta(hours=1)
    spill: Memory | None = None


def _as_texts(value: Any) -> Any:
    """`true` and `4` of YAML, as Spark writes them."""
    if not isinstance(value, dict):
        return value
    plain = {name: str(entry).lower() if isinstance(entry, bool) else entry for name, entry in value.items()}
    return {name: str(entry) if isinstance(entry, int | float) else entry for name, entry in plain.items()}


class SparkSettings(Section):
    """Where Spark runs. A session that runs already in the process is used as it is.

    Attributes:
        master: `local[*]`, or the address of a cluster as in `spark://host:7077`.
        config: Spark's own options.
    """

    master: str = "local[*]"
    config: Annotated[dict[str, str], BeforeValidator(_as_texts)] = Field(default_factory=dict)


class Engine(Section):
    """Which engine counts: the one that is named, DuckDB where none is.

    Attributes:
        duckdb: Limits of the embedded engine.
        spark: Where Spark runs, where Spark it is.
    """

    duckdb: DuckDBSettings = DuckDBSettings()
    spark: SparkSettings | None = None

    @model_validator(mode="after")
    def _one_engine(self) -> Engine:
        if self.spark is not None and "duckdb" in self.model_fields_set:
            raise FieldError(
                ProjectCode.KEYS_CONFLICT, "found both: the engine is either 'duckdb' or 'spark'"
            )
        return self

    @property
    def name(self) -> Literal["duckdb", "spark"]:
        """Which one it is."""
        return "duckdb" if self.spark is None else "spark"


def named_engine(value: Any) -> Any:
    """`engine: spark` is short for `engine: {spark: {}}`."""
    return {value: {}} if value in ("duckdb", "spark") else value


class Value(Section):
    """What turns behaviours into money.

    Attributes:
        margin: The contribution margin on spend.
        horizon: How long a customer kept is counted.
        discount_rate: Per year.
        per_unit: The worth of one unit of a behaviour, where the company knows it.
        referral_conversion: How many of those referred become customers.
        episodes_per_year: How many episodes as those of the data there are in a year; absent, as their moments tell.
    """

    margin: Share
    horizon: Duration
    discount_rate: Share = 0.0
    per_unit: dict[str, Number] = Field(default_factory=dict)
    referral_conversion: Share | None = None
    episodes_per_year: Number | None = Field(default=None, gt=0)


class Response(Section):
    """What is known of everyone who could have answered, beyond the episodes.

    Attributes:
        margins: For segments, or controls with levels, the share that each level has. Weights of those who answered
            are raked to them.
    """

    margins: dict[str, dict[str, Share]] = Field(default_factory=dict)


class Estimation(Section):
    """How it is estimated; the defaults serve nearly everybody.

    Attributes:
        change: How much better the change is that effects are reported for.
        effect: Whether an effect is the average over customers of what the change does, or a straight line's.
        replicates: How many resamples intervals are made of.
        seed: Of the resamples.
        buckets: How many groups of customers are resampled.
        confidence: Of the intervals.
        placebo_gap: How long before an episode none of its operations can have begun.
    """

    change: Share = Field(default=0.10, gt=0)
    effect: Literal["average", "line"] = "average"
    replicates: WholeNumber = Field(default=1000, ge=100, le=20000)
    seed: WholeNumber = Field(default=1, ge=0, lt=2**63)
    buckets: WholeNumber = Field(default=512, ge=32, le=512)
    confidence: Share = Field(default=0.95, gt=0.5, lt=1)
    placebo_gap: Duration | None = None


class Insist(Section):
    """A link that is told although something speaks against it.

    Attributes:
        cause: The name of an operation, perception or control.
        outcome: The name of a perception or behaviour.
        because: The reason.
    """

    cause: str
    outcome: str
    because: str
