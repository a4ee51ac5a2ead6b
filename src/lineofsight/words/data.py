"""What sentences are made of: rows of a run's tables, and what people call what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from lineofsight.reasons import Statement
from lineofsight.units import Unit

Row = dict[str, Any]


class RunData(Protocol):
    """The tables of a run, as whoever writes of it reads them."""

    def rows(self, table: str, **equal: Any) -> list[Row]:
        """Rows of a table with these values."""

    def label(self, name: str) -> str:
        """A name of the project file as people read it."""

    def clause(self, statement: Statement) -> str:
        """A reason as a clause, with names as people read them."""

    @property
    def currency(self) -> Unit:
        """The project's currency; empty where none is declared."""

    @property
    def confidence(self) -> float:
        """The level of all intervals."""

    @property
    def claims_tested(self) -> int:
        """How many total effects have an answer."""

    @property
    def perceptions(self) -> Sequence[str]:
        """Names of the perceptions."""

    @property
    def rare_behaviours(self) -> Mapping[str, str]:
        """Behaviours of which effects can hardly be told, with the reason."""
