"""Companies whose truth is known, because it was planted: for the demo and for the recovery study."""

from lineofsight.simulate.company import Company, retailer, simulate, small_company, truth_rows, write_company

__all__ = ["Company", "retailer", "simulate", "small_company", "truth_rows", "write_company"]
