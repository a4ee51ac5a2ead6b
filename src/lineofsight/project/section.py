"""What every section of the project file is made of: how values are read, and what is refused in all of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from lineofsight.project.quantities import (
    parse_day,
    parse_duration,
    parse_memory,
    parse_number,
    parse_share,
)

Share = Annotated[float, BeforeValidator(parse_share)]
Duration = Annotated[dt.timedelta, BeforeValidator(parse_duration)]
Day = Annotated[dt.date, BeforeValidator(parse_day)]
Number = Annotated[float, BeforeValidator(parse_number)]
WholeNumber = Annotated[int, BeforeValidator(parse_number)]
Memory = Annotated[str, BeforeValidator(parse_memory)]


class Section(BaseModel):
    """A mapping of the project file: unknown keys are errors, values never change, an empty key is absent."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {
            key: value for key, value in values.items() if value is not None or key not in cls.model_fields
        }
