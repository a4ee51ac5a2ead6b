"""What was asked of stored episodes, remembered beside them: counts, quantiles and moments are not made twice."""

from lineofsight.engines.remembering.memory import Memory
from lineofsight.engines.remembering.reader import Remembering

__all__ = ["Memory", "Remembering"]
