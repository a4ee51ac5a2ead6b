"""A small company whose touchpoints' ratings lead to satisfaction; ratings and satisfaction answered together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lineofsight.aggregation.features import Driver
from lineofsight.model.design import Design
from model.world import BUCKETS, Rows, behaviour, design, perception

LEADS_TO = {"parcel": "overall", "desk": "overall"}
DAYS, WAIT = Driver("days", False, best=3.0), Driver("wait", False, knots=(10.0,), optional=True, best=7.0)
NAMES = ("parcel", "desk", "overall")


def rows(n: int = 3000, seed: int = 0) -> Rows:
    """Days spoil the parcel's rating, waiting the desk's; both go with satisfaction, which goes with coming back."""
    rng = np.random.default_rng(seed)
    customer = np.sort(rng.integers(0, n // 2, n))
    mood, z = rng.normal(size=n // 2)[customer], rng.normal(size=n)
    days, wait = rng.gamma(4, 1, n), rng.gamma(3, 4, n)
    wait[rng.random(n) < 0.3] = np.nan
    waited = np.nan_to_num(wait)
    parcel = 8 - 0.5 * days + 0.3 * z + 0.4 * mood + rng.normal(size=n)
    desk = 7 - 0.1 * waited + 0.2 * mood + rng.normal(size=n)
    overall = 1 + 0.4 * parcel + 0.3 * desk - 0.05 * days + 0.2 * z + rng.normal(size=n)
    spend = 20 + 2.0 * overall + 0.5 * parcel - 0.3 * days + z + 3 * rng.normal(size=n)
    silent = rng.random(n) < 0.4
    some = rng.random(n) < 0.1
    for felt in (parcel, desk, overall):
        felt[silent] = np.nan
    desk[some] = np.nan
    return {
        "days": days, "wait": wait, "z": z, "region": rng.choice(["n", "s"], n).astype(object),
        "parcel": parcel, "desk": desk, "overall": overall, "spend": spend,
        "covered": np.ones(n), "bucket": (customer * 7919) % BUCKETS,
    }  # fmt: skip


def company(leads_to: Mapping[str, str] = LEADS_TO, *names: str) -> Design:
    outcomes = (*(perception(name) for name in names or NAMES), behaviour("spend"))
    made = design(drivers=(DAYS, WAIT), outcomes=outcomes, regions=("n", "s"))
    return replace(made, leads_to=leads_to)
