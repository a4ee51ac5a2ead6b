"""`make bench`, second part: a billion events on DuckDB, engines and programs side by side, exact quantiles, constants.

The tables are kept in docs/explanation/speed.md and docs/explanation/scale.md, between their markers.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import billion, compare, constants, quantiles
from benchmarks.measure import keep, machine, say


def main() -> None:
    """Measures, prints, keeps the tables where the sizes are the usual ones; fails where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=billion.LARGE, help="events on DuckDB")
    parser.add_argument(
        "--compare", type=int, default=compare.EVENTS, help="events on every engine and program"
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs=2,
        default=constants.SIZES,
        help="two sizes, whose difference is one more event",
    )
    arguments = parser.parse_args()
    sizes: tuple[int, int] = tuple(arguments.sizes)
    usual = (arguments.largest, arguments.compare, sizes) == (billion.LARGE, compare.EVENTS, constants.SIZES)
    derived = f"{machine()}\n\n{constants.render(constants.measured(sizes))}"
    with tempfile.TemporaryDirectory(prefix="los-bench-") as folder:
        side_by_side = compare.compared(arguments.compare, Path(folder))
    exact = quantiles.measured()
    rows = billion.measured((billion.SMALL, arguments.largest))
    scale = "\n\n".join(
        [machine(), billion.render(rows), compare.render(side_by_side), quantiles.render(exact)]
    )
    print(f"{scale}\n\n{derived}")
    if usual:
        keep("speed.md", "scale", scale)
        keep("scale.md", "constants", derived)
    broken = billion.broken(rows)
    for sentence in broken:
        say(sentence)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
