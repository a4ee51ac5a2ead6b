"""What is asked of whoever drafts in a terminal: at most five questions, each to be answered by yes or no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lineofsight.look.drafted import Draft, Entry

MOST_ASKED = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a guess is right.

    Attributes:
        about: 'outcome', whether a behaviour is one; 'operation', whether the company does it; 'better', whether more is better; 'perception'.
        entry: The guess.
    """

    about: Literal["outcome", "operation", "better", "perception"]
    entry: Entry


def questions_of(draft: Draft) -> list[Question]:
    """The doubts that change most, the behaviours first."""
    found = [Question("outcome", e) for e in draft.behaviours if e.doubt]
    found += [Question("perception", e) for e in draft.perceptions if e.doubt]
    found += [Question("better", e) for e in draft.operations if e.doubt]
    found += [Question("operation", e) for e in draft.controls if e.why == "unsure_kind"]
    return found[:MOST_ASKED]


def answered(draft: Draft, question: Question, *, yes: bool) -> Draft:
    """The draft with the guess kept, or put right."""
    entry = question.entry
    match question.about:
        case "outcome":
            return replace(draft, behaviours=_put(draft.behaviours, entry, yes=yes))
        case "perception":
            return replace(draft, perceptions=_put(draft.perceptions, entry, yes=yes))
        case "better":
            better = "higher" if (entry.keys["better"] == "higher") == yes else "lower"
            sure = replace(entry, keys=dict(entry.keys) | {"better": better}, doubt=False, why="said_so")
            return replace(draft, operations=tuple(sure if e is entry else e for e in draft.operations))
        case "operation":
            if not yes:
                return replace(
                    draft,
                    controls=tuple(
                        replace(e, why="who", doubt=False) if e is entry else e for e in draft.controls
                    ),
                )
            new = replace(
                entry, keys=dict(entry.keys) | {"better": "higher"}, why="direction_open", doubt=True
            )
            rest = tuple(e for e in draft.controls if e is not entry)
            segments = tuple(name for name in draft.segments if name != entry.name)
            return replace(draft, operations=(*draft.operations, new), controls=rest, segments=segments)


def _put(entries: tuple[Entry, ...], entry: Entry, *, yes: bool) -> tuple[Entry, ...]:
    """A guess that is right is no doubt; one that is wrong goes."""
    return tuple(replace(e, doubt=False) if e is entry else e for e in entries if yes or e is not entry)
