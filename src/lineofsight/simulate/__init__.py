"""Companies whose truth is known, because it was planted: for the demo and for the recovery study."""

from lineofsight.simulate.company import Company, modest, retailer, simulate, truth_rows, write_company

__all__ = ["Company", "modest", "retailer", "simulate", "truth_rows", "write_company"]
