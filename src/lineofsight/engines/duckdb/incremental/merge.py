"""What the parts of a selection hold, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from lineofsight.engines.base import FieldAudit

Audits = Mapping[str, FieldAudit]


def merged(parts: Sequence[Audits]) -> dict[str, FieldAudit] | None:
    """The audits of all rows; None where texts have a time zone in some parts and none in others."""
    audits = {alias: _merged([part[alias] for part in parts]) for alias in parts[0]}
    known = {alias: audit for alias, audit in audits.items() if audit is not None}
    return known if len(known) == len(audits) else None


def _merged(parts: Sequence[FieldAudit]) -> FieldAudit | None:
    zones = {part.zoned for part in parts} - {None}
    if len(zones) > 1:
        return None
    return FieldAudit(
        maybe_nan=any(part.maybe_nan for part in parts),
        max_abs=max(_given(part.max_abs for part in parts), default=None),
        min_abs=min(_given(part.min_abs for part in parts), default=None),
        first=min((part.first for part in parts if part.first is not None), default=None),
        last=max((part.last for part in parts if part.last is not None), default=None),
        kind=parts[0].kind,
        zoned=next(iter(zones), None),
        whole=all(part.whole for part in parts),
    )


def _given(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def audits_to_json(audits: Audits) -> dict[str, Any]:
    """Audits as plain values."""
    return {alias: _plain(asdict(audit)) for alias, audit in audits.items()}


def audits_from_json(values: Mapping[str, Any]) -> dict[str, FieldAudit]:
    """The inverse of `audits_to_json`."""
    return {alias: FieldAudit(**_instants(audit)) for alias, audit in values.items()}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, dt.datetime) else v for k, v in values.items()}


def _instants(values: Mapping[str, Any]) -> dict[str, Any]:
    read = dict(values)
    for end in ("first", "last"):
        read[end] = None if read[end] is None else dt.datetime.fromisoformat(read[end])
    return read
