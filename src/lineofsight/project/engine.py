"""The section `engine`: what counts, and its limits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lineofsight.error_codes import ProjectCode
from lineofsight.project.problems import FieldError
from lineofsight.project.section import Memory, Section, WholeNumber


class DuckDBSettings(Section):
    """Limits of the embedded engine."""

    memory: Memory | None = None
    threads: WholeNumber | None = Field(default=None, ge=1, le=1024)


def _as_texts(value: Any) -> Any:
    """`true` and `4` of YAML, as Spark writes them."""
    if not isinstance(value, dict):
        return value
    plain = {name: str(entry).lower() if isinstance(entry, bool) else entry for name, entry in value.items()}
    return {name: str(entry) if isinstance(entry, int | float) else entry for name, entry in plain.items()}


class SparkSettings(Section):
    """Where Spark runs. A session that runs already in the process is used as it is.

    `master`: `local[*]`, or the address of a cluster as in `spark://host:7077`. `config`: Spark's own options.
    """

    master: str = "local[*]"
    config: Annotated[dict[str, str], BeforeValidator(_as_texts)] = Field(default_factory=dict)


class Engine(Section):
    """Which engine counts: the one that is named, DuckDB where none is."""

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
