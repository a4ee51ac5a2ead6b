"""Which expressions are evaluated on the anchor's own row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineofsight.engines.base import Field, Role
from lineofsight.episodes.columns import AT, CUSTOMER, KEY, known_at, link, segment
from lineofsight.project.load import LoadedProject

_ROLES: Mapping[str, Role] = {"operations": "number", "controls": "any", "segments": "text"}


def anchor_fields(loaded: LoadedProject) -> list[Field]:
    """Key, customer and time, the values on the anchor's row with when they were known, and links to other tables."""
    project, episodes = loaded.project, loaded.project.episodes
    fields = [_field(CUSTOMER, episodes.customer, "key", "episodes", "customer")]
    if episodes.each is not None:
        fields += [
            _field(KEY, episodes.key or "", "key", "episodes", "key"),
            _field(AT, episodes.at or "", "instant", "episodes", "at"),
        ]
    else:
        fields += [
            _field(name, sql, "instant", "episodes", name)
            for name, sql in (("since", episodes.since), ("until", episodes.until))
            if sql is not None
        ]
    for section, entries in (
        ("operations", project.operations),
        ("controls", project.controls),
        ("segments", project.segments),
    ):
        for name, feature in entries.items():
            if feature.table is None and feature.value is not None:
                alias = segment(name) if section == "segments" else name
                fields.append(Field(alias, feature.value, _ROLES[section], (section, name, "value")))
                if feature.at is not None:
                    fields.append(_field(known_at(alias), feature.at, "instant", section, name, "at"))
    for name, perception in project.perceptions.items():
        if perception.table is None:
            fields.append(_field(name, perception.value, "number", "perceptions", name, "value"))
            if perception.at is not None:
                fields.append(_field(known_at(name), perception.at, "instant", "perceptions", name, "at"))
    for name, behaviour in project.behaviours.items():
        if behaviour.table is None and behaviour.value is not None:
            fields.append(_field(name, behaviour.value, "number", "behaviours", name, "value"))
    fields += [_field(link(on), on, "key", *where) for on, where in _links(loaded).items()]
    return fields


def _links(loaded: LoadedProject) -> dict[str, tuple[str, ...]]:
    """Columns of the anchor that other tables are joined on, with the first place that names them."""
    project = loaded.project
    sections: Iterable[tuple[str, Mapping[str, object]]] = (
        ("operations", project.operations),
        ("controls", project.controls),
        ("segments", project.segments),
        ("perceptions", project.perceptions),
        ("behaviours", project.behaviours),
    )
    links: dict[str, tuple[str, ...]] = {}
    for section, entries in sections:
        for name, entry in entries.items():
            on = getattr(entry, "on", None)
            if on is not None:
                links.setdefault(on, (section, name, "on"))
    return links


def _field(alias: str, sql: str, role: Role, *where: str) -> Field:
    return Field(alias, sql, role, where)
