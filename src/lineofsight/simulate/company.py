"""A simulated company: its design, its history and its back office, and the project folder made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from lineofsight.simulate import truth
from lineofsight.simulate.back_office import back_office
from lineofsight.simulate.design import Design
from lineofsight.simulate.history import History, draw
from lineofsight.simulate.project_file import path, render
from lineofsight.simulate.retailer import RETAILER
from lineofsight.simulate.small_company import SMALL_COMPANY


@dataclass(frozen=True, slots=True)
class Company:
    """A company that was simulated.

    Attributes:
        design: What was planted.
        history: Every episode, with what is hidden from the tables: the answers of the silent.
        tables: Its back office, by name.
    """

    design: Design
    history: History
    tables: dict[str, pa.Table]


def simulate(design: Design, customers: int, rng: np.random.Generator) -> Company:
    """Simulate a company of a design.

    Raises:
        ValueError: The design's truth would not be exact.
    """
    history = draw(design, customers, rng)
    return Company(design, history, back_office(design, history, rng))


def retailer(n_customers: int, rng: np.random.Generator) -> Company:
    """The demo: a retailer of six functions, about two orders per customer."""
    return simulate(RETAILER, n_customers, rng)


def small_company(rng: np.random.Generator, customers: int = 1500) -> Company:
    """A small company for the recovery study; its truth does not depend on `rng`."""
    return simulate(SMALL_COMPANY, customers, rng)


def truth_rows(company: Company) -> list[truth.TruthRow]:
    """The planted effects of '10 % better', as in the table `effects` (see `truth.truth_rows`)."""
    return truth.truth_rows(company.design)


def write_company(company: Company, folder: Path) -> None:
    """Write `data/`, `lineofsight.yml` and `truth.json`, whose presence marks a project as simulated.

    Files of the same names are replaced.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, table in company.tables.items():
        target = folder / path(company.design, name)
        if target.suffix == ".csv":
            pyarrow.csv.write_csv(table, target, pyarrow.csv.WriteOptions(quoting_style="needed"))
        else:
            pyarrow.parquet.write_table(table, target)
    (folder / "lineofsight.yml").write_text(render(company.design), encoding="utf-8")
    planted = {
        "simulated": company.design.name,
        "change": truth.CHANGE,
        "means": {name: linear.mean for name, linear in company.design.predictors()},
        "effects": truth_rows(company),
    }
    (folder / "truth.json").write_text(json.dumps(planted, indent=1) + "\n", encoding="utf-8")
