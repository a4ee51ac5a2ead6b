"""The seam between a question and everything else: what an analysis asks, estimates, writes and shows.

A new question is a folder with an `analysis.py` that subclasses `Analysis`, and a line in the tuple of
`analyses.registry`. The pipeline, the tables of a run, `los show`, the report and the reference are loops over that tuple.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, cast

from lineofsight.episodes import EpisodeFile
from lineofsight.episodes.profile import Profile
from lineofsight.model.inputs import Aligned, Counting, Progress, quiet
from lineofsight.model.outcomes import OutcomeInfo
from lineofsight.model.sample import Sample
from lineofsight.project.models import Project
from lineofsight.runs.columns import TableSchema
from lineofsight.words.labels import labelled
from lineofsight.words.lists import Label

if TYPE_CHECKING:
    from lineofsight.report.blocks import Section
    from lineofsight.report.data import ReportData

Row = dict[str, Any]
Part = Literal["matters", "whom", "sure", "made"]
"""Parts of the report: what matters, for whom, how sure that is, and how it was made."""

Found = TypeVar("Found")


@dataclass(eq=False)
class Results:
    """What was declared, aligned and sampled, and what each analysis has found so far.

    `results[Effects]` is what the analysis has found whose `result` is `Effects`.
    """

    aligned: Aligned
    sample: Sample
    owners: Mapping[str, Analysis[Any]]
    progress: Progress = quiet
    _found: dict[type, Any] = field(default_factory=dict)
    _rows: dict[str, list[Row]] = field(default_factory=dict)

    def __getitem__(self, kind: type[Found]) -> Found:
        return cast(Found, self._found[kind])

    def put(self, found: object) -> None:
        """Keeps what an analysis has found, for those that need it."""
        self._found[type(found)] = found

    def rows(self, table: str) -> list[Row]:
        """The rows of a table of the run; each table is made once, whoever reads it first."""
        if table not in self._rows:
            self._rows |= self.owners[table].rows(self)
        return self._rows[table]

    @property
    def project(self) -> Project:
        """What is declared."""
        return self.aligned.project

    @property
    def file(self) -> EpisodeFile:
        """The stored episodes, and what became of the others."""
        return self.aligned.file

    @property
    def profile(self) -> Profile:
        """What the episodes hold."""
        return self.aligned.profile

    @cached_property
    def label(self) -> Label:
        """What people call a name of the project file."""
        return labelled(self.project.labels)

    @property
    def info(self) -> Mapping[str, OutcomeInfo]:
        """Every outcome by name."""
        return self.sample.info

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return self.sample.level


class Analysis(Generic[Found]):
    """One question that a run answers.

    Attributes:
        name: Its folder's name.
        doing: What is being done while it estimates, for whoever waits.
        result: The type of what it finds; None where its tables describe what others found.
        needs: The types that other analyses find and this one reads to estimate.
        tables: The tables of the run that it fills, with their documentation.
        part: Where its sections stand in the report.
    """

    name: ClassVar[str]
    doing: ClassVar[str] = ""
    result: ClassVar[type | None] = None
    needs: ClassVar[tuple[type, ...]] = ()
    tables: ClassVar[tuple[TableSchema, ...]] = ()
    part: ClassVar[Part] = "matters"

    def count(self, counting: Counting) -> Any:
        """Asks the engine for what the shared moments do not hold; most analyses ask nothing more."""

    def estimate(self, results: Results, counted: Any) -> Found | None:
        """Estimates from the sample, from what was counted, and from what the needed analyses have found."""

    def rows(self, results: Results) -> Mapping[str, list[Row]]:
        """The rows of its tables, by table; every analysis has estimated by then."""
        return {}

    def sections(self, data: ReportData) -> Sequence[Section]:
        """Its part of the report, made of the tables of a run; imported only here, as charts take long to load."""
        return ()
