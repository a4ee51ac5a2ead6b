"""Which findings are told, the most important first."""

from __future__ import annotations

from lineofsight.analyses.base import Results
from lineofsight.analyses.checks.estimate import Doubts
from lineofsight.analyses.findings.cautions import cautions, doubtful
from lineofsight.analyses.findings.discoveries import Discoveries, discoveries
from lineofsight.analyses.findings.drivers import not_in_money, operations, perceptions
from lineofsight.analyses.findings.finding import Finding
from lineofsight.analyses.findings.paths import path_findings
from lineofsight.analyses.findings.response import response_findings
from lineofsight.analyses.findings.shapes import everybody_gets, shape_findings


def discovered(results: Results) -> Discoveries:
    """What is told as found of everyone, on outcomes of which something can be told."""
    project, rare = results.project, results[Doubts].rare
    outcomes = [name for name in (*project.perceptions, *project.behaviours) if name not in rare]
    return discoveries(results, results.rows("effects"), outcomes)


def findings(results: Results, found_of: Discoveries) -> list[Finding]:
    """Drivers by worth, then by clearness; perceptions; paths; shapes; what may be chance; money; who answered; cautions."""
    rare = results[Doubts].rare
    effects = results.rows("effects")
    found = [
        *operations(results, effects, results.rows("money"), rare, found_of),
        *perceptions(results, effects, rare, found_of),
        *path_findings(results, rare, found_of),
        *shape_findings(results, rare, found_of),
    ]
    return [
        *(each for each in found if each.kind != "perhaps"),
        *(each for each in found if each.kind == "perhaps"),
        *not_in_money(results),
        *response_findings(results, results.rows("silent"), results.rows("populations")),
        *doubtful(results, rare),
        *cautions(results, effects, rare, found_of),
        *everybody_gets(results, effects),
    ]
