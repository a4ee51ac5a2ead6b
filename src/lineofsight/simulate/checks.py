"""What must hold of a design so that its truth is exact."""

from __future__ import annotations

from lineofsight.simulate.design import Design
from lineofsight.simulate.linear import bounds


def check(design: Design) -> None:
    """Refuse a design whose planted truth would not be what linear models estimate.

    Raises:
        ValueError: A name is unknown; a probability could leave 0 to 1, a mean answer its scale or a mean amount
            be negative; shares do not add up to 1; slopes differ by level elsewhere than on perceptions.
    """
    _check_names(design)
    _check_shares(design)
    for name, (low, high) in _allowed(design).items():
        least, most = bounds(design, dict(design.predictors())[name])
        if not low < least <= most < high:
            raise ValueError(
                f"{name}: its mean can be {least:.3f} to {most:.3f}; allowed is {low:g} to {high:g}"
            )
    for behaviour in design.behaviours:
        if any(effect.by_level for effect in behaviour.predictor.effects.values()):
            raise ValueError(f"{behaviour.name}: slopes differ by level on perceptions only")


def _allowed(design: Design) -> dict[str, tuple[float, float]]:
    allowed = {"response": (0.0, 1.0), design.stay.name: (0.0, 1.0)}
    allowed |= {perception.name: perception.means for perception in design.perceptions}
    return allowed | {b.name: (0.0, float("inf")) for b in design.behaviours if b.kind != "stay"}


def _check_names(design: Design) -> None:
    known = {
        "operations": {operation.name for operation in design.operations},
        "controls": {control.name for control in design.controls},
        "perceptions": {perception.name for perception in design.perceptions},
        "levels": set(design.levels),
        "factors": {*design.factors, *design.moments},
    }
    used: dict[str, set[str]] = {"operations": {design.elapsed}, "controls": set(), "perceptions": set()}
    used["factors"] = {factor for operation in design.operations for factor in operation.loads}
    used["factors"] |= {control.factor for control in design.controls}
    used["levels"] = set()
    for _, linear in design.predictors():
        used["operations"] |= set(linear.effects)
        used["controls"] |= set(linear.controls)
        used["perceptions"] |= set(linear.perceptions)
        used["levels"] |= {level for effect in linear.effects.values() for level in effect.by_level}
    for what, names in used.items():
        if names - known[what]:
            raise ValueError(f"unknown {what}: {', '.join(sorted(names - known[what]))}")


def _check_shares(design: Design) -> None:
    shares = {"episodes": design.episodes}
    if design.segment is not None:
        shares[design.segment.name] = tuple(design.segment.shares.values())
    for name, values in shares.items():
        if abs(sum(values) - 1) > 1e-9:
            raise ValueError(f"{name}: the shares add up to {sum(values):g}, not to 1")
