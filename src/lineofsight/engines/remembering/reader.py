"""An engine that is asked about stored episodes only what it was not asked before."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir

from lineofsight.engines.base import Reader
from lineofsight.engines.fold import Folded, FoldPlan
from lineofsight.engines.remembering.memory import Memory
from lineofsight.engines.work import Work

T = TypeVar("T")
_NAME = "stored_episodes"


class Remembering:
    """Answers from memory what was asked of the same episodes before, and asks an engine the rest.

    Args:
        opened: Gives the engine. It is called when there is something to ask.
        path: The stored episodes.
        memory: Answers about them.
    """

    def __init__(self, opened: Callable[[], Reader], path: Path, memory: Memory) -> None:
        self._opened, self._path, self._memory = opened, path, memory

    def stored(self, path: Path) -> ir.Table:
        """The stored episodes as a table, of which `fetch` can be asked."""
        return self._table

    def fetch(self, expression: ir.Table) -> list[dict[str, Any]]:
        """The rows of a small result."""
        return self._answer(lambda: self._engine.fetch(self._bound(expression)), "fetch", expression.op())

    def fold(self, path: Path, plan: FoldPlan) -> Folded:
        """Folds the stored episodes."""
        return self._answer(lambda: self._engine.fold(path, plan), "fold", plan)

    def total(self, path: Path, work: Work[T]) -> T:
        """Does work on the rows of the stored episodes."""
        return self._answer(lambda: self._engine.total(path, work), "total", work)

    @cached_property
    def _engine(self) -> Reader:
        return self._opened()

    @cached_property
    def _table(self) -> ir.Table:
        """A table of the same columns, the same in every run: queries of it can be told apart."""
        types = self._answer(
            lambda: {name: str(kind) for name, kind in self._there.schema().items()}, "columns"
        )
        return ibis.table(types, name=_NAME)

    @cached_property
    def _there(self) -> ir.Table:
        return self._engine.stored(self._path)

    def _bound(self, expression: ir.Table) -> ir.Table:
        """The same question of the table as the engine knows it."""
        found: ir.Table = expression.op().replace({self._table.op(): self._there.op()}).to_expr()
        return found

    def _answer(self, asked: Callable[[], T], *question: object) -> T:
        known, answer = self._memory.recall(*question)
        if not known:
            answer = asked()
            self._memory.keep(answer, *question)
        found: T = answer
        return found
