"""`python -m benchmarks.told`: of the sentences under "What was found", how many are false?

`make calibrate` runs it last, keeps its table in docs/explanation/calibration.md, and fails where more than one in twenty is.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.told.study import PAGE, tell

NUMBER = 60
"""Companies of each kind."""


def main() -> None:
    """Counts, and prints the tables; false sentences with `--show`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--companies", type=int, default=NUMBER, help="of each kind")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="print the false sentences")
    options = parser.parse_args()
    whole = options.companies == NUMBER and PAGE.exists()
    if failures := tell(options.companies, options.processes, keep=whole, show=options.show):
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
