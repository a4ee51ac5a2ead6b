"""Nights on which the clock is changed: 2:30 never is on 31 March 2024 in Berlin, and is twice on 27 October.

Half past a skipped hour is half an hour after the change; of two times that the clock shows alike the first is meant.
Summer time in Berlin is two hours ahead of UTC, winter time one.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from .world import ANY_OPERATION, ANY_PERCEPTION, VISITS, align

#: What the clock shows → what UTC is.
SPRING = {
    "2024-03-31 01:59:59.999999": "2024-03-31 00:59:59.999999",
    "2024-03-31 02:00:00": "2024-03-31 01:00:00",
    "2024-03-31 02:30:00": "2024-03-31 01:30:00",
    "2024-03-31 02:59:59.999999": "2024-03-31 01:59:59.999999",
    "2024-03-31 03:00:00": "2024-03-31 01:00:00",
    "2024-03-31 03:30:00": "2024-03-31 01:30:00",
    "2024-04-01 02:30:00": "2024-04-01 00:30:00",
}
AUTUMN = {
    "2024-10-26 02:30:00": "2024-10-26 00:30:00",
    "2024-10-27 01:59:59.999999": "2024-10-26 23:59:59.999999",
    "2024-10-27 02:00:00": "2024-10-27 00:00:00",
    "2024-10-27 02:30:00": "2024-10-27 00:30:00",
    "2024-10-27 02:59:59.999999": "2024-10-27 00:59:59.999999",
    "2024-10-27 03:00:00": "2024-10-27 02:00:00",
    "2024-10-28 02:30:00": "2024-10-28 01:30:00",
}
ELSEWHERE = {
    "America/New_York": {
        "2024-03-10 02:30:00": "2024-03-10 07:30:00",
        "2024-11-03 01:30:00": "2024-11-03 05:30:00",
    },
    # By half an hour.
    "Australia/Lord_Howe": {
        "2024-04-07 01:45:00": "2024-04-06 14:45:00",
        "2024-10-06 02:10:00": "2024-10-05 15:40:00",
    },
    # A whole day was left out.
    "Pacific/Apia": {
        "2011-12-29 12:00:00": "2011-12-29 22:00:00",
        "2011-12-31 12:00:00": "2011-12-30 22:00:00",
    },
    # Midnight never was, and was twice.
    "Asia/Beirut": {"2024-03-31": "2024-03-30 22:00:00", "2024-10-27": "2024-10-26 22:00:00"},
    "America/Havana": {"2024-03-10": "2024-03-10 05:00:00", "2024-11-03": "2024-11-03 04:00:00"},
}


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def visits_at(times: list[str], form: str) -> str | pa.Table:
    if form == "csv":
        rows = (f"{index} | ann | {time} | 1 | 4" for index, time in enumerate(times))
        return "\n".join(["id | who | day | minutes | stars", *rows])
    kinds = {"text": pa.string(), "times": pa.timestamp("us"), "dates": pa.date32()}
    values = times if form == "text" else [moment(time) for time in times]
    same = {name: [value] * len(times) for name, value in (("who", "ann"), ("minutes", 1), ("stars", 4))}
    return pa.table({"id": range(len(times)), "day": pa.array(values, kinds[form]), **same})


def check(folder: Path, zone: str, times: dict[str, str], form: str) -> None:
    text = f"timezone: {zone}\n{VISITS}{ANY_OPERATION}{ANY_PERCEPTION}"
    aligned = align(folder, text, visits=visits_at(list(times), form))
    assert (aligned.file.anchored, aligned.file.stored) == (len(times), len(times))
    found = aligned.by_key("_at")
    assert {time: found[key] for key, time in zip(sorted(found, key=int), times, strict=True)} == {
        time: moment(utc) for time, utc in times.items()
    }


@pytest.mark.parametrize("form", ["csv", "text", "times"])
def test_anchors(tmp_path: Path, form: str) -> None:
    check(tmp_path, "Europe/Berlin", SPRING | AUTUMN, form)


@pytest.mark.parametrize("zone", ELSEWHERE)
def test_other_zones(tmp_path: Path, zone: str) -> None:
    times = ELSEWHERE[zone]
    check(tmp_path, zone, times, "times" if all(len(time) > 10 for time in times) else "dates")


@pytest.mark.parametrize(
    ("period", "labels"),
    [
        (
            "week",
            {
                "2024-03-24 23:59:59.999999": "2024-03-18",
                "2024-03-25 00:00:00": "2024-03-25",
                "2024-03-31 02:30:00": "2024-03-25",
                "2024-03-31 23:59:59.999999": "2024-03-25",
                "2024-04-01 00:00:00": "2024-04-01",
                "2024-10-21 00:00:00": "2024-10-21",
                "2024-10-27 02:30:00": "2024-10-21",
                "2024-10-27 23:59:59.999999": "2024-10-21",
                "2024-10-28 00:00:00": "2024-10-28",
            },
        ),
        (
            "month",
            {
                "2024-03-31 02:30:00": "2024-03",
                "2024-03-31 23:59:59.999999": "2024-03",
                "2024-04-01 00:00:00": "2024-04",
                "2024-10-27 02:30:00": "2024-10",
                "2024-10-31 23:59:59.999999": "2024-10",
                "2024-11-01 00:00:00": "2024-11",
            },
        ),
    ],
)
def test_periods_begin_at_local_midnight(tmp_path: Path, period: str, labels: dict[str, str]) -> None:
    text = f"timezone: Europe/Berlin\nperiod_effects: {period}\n{VISITS}{ANY_OPERATION}{ANY_PERCEPTION}"
    found = align(tmp_path, text, visits=visits_at(list(labels), "csv")).by_key("_period")
    assert [found[key] for key in sorted(found, key=int)] == list(labels.values())
