"""How large a project's data are, what this machine holds, and which engine fits; told before anything is read."""

from lineofsight.sizing.advice import Capacity, EngineName, advise
from lineofsight.sizing.weigh import weigh

__all__ = ["Capacity", "EngineName", "advise", "weigh"]
