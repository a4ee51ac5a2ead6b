"""How large a project's data are, what this machine holds, and which engine fits; told before anything is read."""

from lineofsight.app.capacity.advice import Capacity, EngineName, advise
from lineofsight.app.capacity.weigh import weigh

__all__ = ["Capacity", "EngineName", "advise", "weigh"]
