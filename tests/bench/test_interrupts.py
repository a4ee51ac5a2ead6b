"""An interrupt is timed from the signal to the end of the process."""

from __future__ import annotations

import sys

import pytest
from benchmarks.interrupts import render, seconds_to_end

WORKS = """
import json, sys, time
print(json.dumps({"stage": "align"}), file=sys.stderr, flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.3)
    sys.exit(130)
"""


def test_what_ends_some_time_after_the_signal_is_timed() -> None:
    taken = seconds_to_end([sys.executable, "-c", WORKS], "align", 0.1)
    assert taken is not None and 0.3 <= taken < 5


def test_what_had_ended_before_is_not_counted_and_another_end_is_told() -> None:
    assert seconds_to_end([sys.executable, "-c", "pass"], "align", 0.5) is None
    with pytest.raises(RuntimeError, match="ended with 3"):
        seconds_to_end([sys.executable, "-c", WORKS.replace("130", "3")], "align", 0.1)


def test_the_longest_of_each_stage_is_told() -> None:
    assert "| report | 2 | 0.75 s |" in render(1000, {"report": [0.25, 0.75]})
