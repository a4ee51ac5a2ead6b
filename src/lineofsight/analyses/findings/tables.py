"""Tables `findings` and `told`: what was found, as plain sentences worded as associations, and the claims behind them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from lineofsight.analyses.base import Results, Row
from lineofsight.analyses.findings.decisive import decisive
from lineofsight.analyses.findings.discoveries import Discoveries
from lineofsight.analyses.findings.finding import Finding
from lineofsight.runs.columns import TableSchema, nullable, required
from lineofsight.words.findings import sentences

FINDINGS = TableSchema(
    "findings",
    "What was found, as plain sentences, the most important first.",
    (
        required("rank", "int", "order, from 1"),
        required(
            "kind",
            "string",
            "'driver', 'perception', 'path', 'shape', 'perhaps', 'money', 'response', 'caution' or 'no effect'",
        ),
        nullable("subject", "string", "driver or perception it speaks of"),
        required("lead", "string", "its first sentence, which can stand alone"),
        required("sentence", "string", "all its sentences"),
        nullable(
            "decides",
            "int",
            "its place among the cautions that would change a decision, from 1; null for others",
        ),
    ),
)

TOLD = TableSchema(
    "told",
    "What is told as found of everyone, chosen among all that was asked so that few are chance; all else is 'perhaps' or unclear.",
    (
        required("kind", "string", "'effect', 'path', 'feeling' (depends on it), 'shape' or 'rating'"),
        required("cause", "string", "operation or perception"),
        required("outcome", "string", "perception or behaviour"),
        nullable("perception", "string", "of 'feeling', what it depends on"),
    ),
)

_KINDS = ("effect", "path", "feeling", "shape", "rating")


def finding_rows(results: Results, found: Sequence[Finding]) -> list[Row]:
    """Every finding as sentences, in order."""
    places = {at: place for place, at in enumerate(decisive(found), start=1)}
    return [
        {
            "rank": at + 1,
            "kind": each.kind,
            "subject": each.subject,
            "lead": (said := sentences(each.fact, results.label))[0],
            "sentence": " ".join(said),
            "decides": places.get(at),
        }
        for at, each in enumerate(found)
    ]


def told_rows(results: Results, found_of: Discoveries) -> list[Row]:
    """What is told as found: effects first, causes and outcomes as they are declared."""
    project = results.project
    order = [*project.operations, *project.perceptions, *project.behaviours]
    by_name = {name: at for at, name in enumerate(order)}
    found = sorted(
        found_of.found,
        key=lambda one: (
            _KINDS.index(one.kind),
            by_name[one.cause],
            by_name[one.outcome],
            by_name.get(one.perception or "", 0),
        ),
    )
    names = ("kind", "cause", "outcome", "perception")
    return [dict(zip(names, attrgetter(*names)(one), strict=True)) for one in found]
