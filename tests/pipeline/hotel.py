"""A hotel that asks its guests: ratings of attributes whose Kano class is planted, a threshold, a straight driver."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

THRESHOLD = 20.0

_RATED = {
    "cleanliness": "Cleanliness",
    "staff": "Friendly staff",
    "welcome": "Welcome gift",
    "music": "Music",
}
#: What the bottom and the top boxes of each add to satisfaction, against the middle.
PLANTED = {"cleanliness": (-9.0, 0.0), "staff": (-6.0, 6.0), "welcome": (0.0, 8.0), "music": (0.0, 0.0)}


def hotel(folder: Path, stays: int = 6000, seed: int = 5, engine: str | None = None) -> Path:
    """Writes the project; satisfaction is out of 100."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    guests = stays * 2 // 3
    guest = np.concatenate([np.arange(guests), rng.integers(0, guests, stays - guests)])
    mood = rng.normal(size=guests)[guest]
    columns: dict[str, np.ndarray] = {"stay": np.arange(stays), "guest": guest}
    felt = 60 + 2.0 * mood + 4.0 * rng.normal(size=stays)
    for name, (penalty, reward) in PLANTED.items():
        rating = np.clip(np.round(3 + 1.1 * rng.normal(size=stays) + 0.2 * mood), 1, 5).astype(int)
        felt += penalty * (rating <= 2) + reward * (rating >= 4)
        columns[name] = rating
    wait = np.round(rng.gamma(3, 7, stays), 1)
    walk = np.round(rng.gamma(4, 100, stays))
    safety = np.where(rng.random(stays) < 0.98, 5, 3)
    columns |= {"wait": wait, "walk": walk, "safety": safety}
    felt += -0.6 * np.maximum(wait - THRESHOLD, 0) - 0.01 * walk
    columns["satisfaction"] = np.clip(np.round(felt, 1), 0, 100)
    day = np.datetime64("2025-01-01T12:00:00")
    columns["left_at"] = (day + (np.arange(stays) * 5000).astype("timedelta64[s]")).astype("datetime64[us]")
    pq.write_table(pa.table(columns), folder / "stays.parquet")
    rated = {
        name: {"label": label, "value": name, "better": "higher", "function": "Rooms"}
        for name, label in _RATED.items()
    }
    file = {
        "name": "Hotel",
        "tables": {"stays": {"path": "stays.parquet"}},
        "episodes": {"each": "stays", "key": "stay", "customer": "guest", "at": "left_at"},
        "operations": {
            **rated,
            "wait": {"label": "Wait at the desk", "value": "wait", "unit": "minutes", "better": "lower"},
            "walk": {"label": "Walk to the room", "value": "walk", "unit": "metres", "better": "lower"},
            "safety": {"label": "Safety", "value": "safety", "better": "higher", "rating": [1, 5]},
        },
        "perceptions": {"satisfaction": {"value": "satisfaction", "measure": "score", "scale": [0, 100]}},
        "estimation": {"replicates": 300},
    }
    if engine is not None:
        file["engine"] = engine
    (folder / "lineofsight.yml").write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return folder
