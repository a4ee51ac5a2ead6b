"""Expressions that are a column's name and nothing else: they read what is there, and cannot fail by themselves."""

from __future__ import annotations

import re

_NAME = re.compile(r'\s*(?:[^\W\d]\w*|"(?:[^"]|"")+")\s*')


def is_column(expression: str) -> bool:
    """Whether an expression is a column's name, perhaps in double quotes."""
    return _NAME.fullmatch(expression) is not None
