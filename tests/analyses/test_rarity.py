"""Too few events for the number of columns (Peduzzi et al. 1996: ten for each)."""

from __future__ import annotations

import pytest

from lineofsight.aggregation.basis import Basis
from lineofsight.aggregation.features import Category, Driver, Number, Outcome
from lineofsight.analyses.checks.estimate import rare_outcomes

BASIS = Basis(
    drivers=(
        Driver("speed", False),
        Driver("wait", False, knots=(20.0,)),
        Driver("help", True, optional=True),
    ),
    numbers=(Number("z", optional=True),),
    categories=(Category("region", ("n", "s", "e"), others=True, absent=False),),
    outcomes=(Outcome("stay", "stay"),),
    share=0.1,
)
COLUMNS = 4 + 2 + 3 + 1  # slopes, z and its absence, regions but one and 'other', absence of help
NEEDED = 10 * COLUMNS


@pytest.mark.parametrize(
    ("known", "happened", "stays", "events"),
    [
        (5000, NEEDED - 1, True, NEEDED - 1),
        (5000, NEEDED - 1, False, NEEDED - 1),
        (5000, NEEDED, True, None),
        (5000, 5000 - NEEDED + 1, True, NEEDED - 1),  # nearly everybody stays: those who leave are the events
        (5000, 5000 - NEEDED + 1, False, None),  # nearly everybody buys: nothing rare about that
        (5000, 5000, True, 0),
        (0, 0, True, 0),
    ],
)
def test_events_for_each_column(known: int, happened: int, stays: bool, events: int | None) -> None:
    found = rare_outcomes(BASIS, {"stay": (known, happened)}, ["stay"] if stays else [])
    assert found == ({} if events is None else {"stay": (events, COLUMNS)})


def test_each_behaviour_is_counted_by_itself() -> None:
    found = rare_outcomes(BASIS, {"stay": (900, 450), "spend": (900, 5), "cost": (900, 899)}, {"stay"})
    assert found == {"spend": (5, COLUMNS)}
    assert rare_outcomes(BASIS, {}, ()) == {}


def test_the_columns_are_those_of_the_model() -> None:
    assert len(BASIS.controls) + len(BASIS.slopes) == COLUMNS
