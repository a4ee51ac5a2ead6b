"""Every statement in English."""

from __future__ import annotations

from collections.abc import Mapping

from lineofsight.reasons import Reason, Statement
from lineofsight.words.reasons.forms import Template

ENGLISH_WORDS: Mapping[str, str] = {
    "it": "it",
    "its": "its",
    "each": "each",
    "their": "their",
    "and": "and",
    "or": "or",
    "more": "more",
    "for": "for",
    "another level": "another level, or not known",
    "whether known": "whether {} is known",
    "below": "below {}",
    "less than": "less than {}",
    "1 day": "1 day",
    "days": "{} days",
    "random": "at random",
    "chance": "by chance",
}


def _same_everywhere(it: Statement) -> str:
    return "{it} is the same in every episode" + (" of {at:raw}" if it.at else "")


def _moves_with(it: Statement) -> str:
    ways = ["exactly with {names:some}"] * bool(it.names) + ["exactly against {others:some}"] * bool(
        it.others
    )
    two = len(it.names or ()) + len(it.others or ()) == 1
    return f"{{it}} moves {' and '.join(ways)}: {'the two' if two else 'they'} cannot be told apart"


def _few_answered(verb: str) -> Template:
    def template(it: Statement) -> str:
        of = "of {columns:column|columns}" if it.columns else "without a column"
        return f"too few: {{n}} {verb}, and a response model {of} needs {{needed}}"

    return template


def _told_by_sign(it: Statement) -> str:
    what = {"stay": "it happened", "NPS": "the answer was above 6"}.get(it.kind or "", "it was not zero")
    return f"{what} in {{share:3}} of the episodes {{inner}}, and in {{beside:3}} of the others"


def _settled_where(it: Statement) -> str:
    share = it.share or 0.0
    nearly = "" if share in (0.0, 1.0) else "nearly "
    what = {"stay": "it happened", "NPS": "the answer was above 6"}.get(it.kind or "")
    if what is None:
        return f"it was {'not zero' if share >= 0.5 else 'zero'} in {nearly}all of them {{inner}}"
    return f"{what} in {nearly}{'all' if share >= 0.5 else 'none'} of them {{inner}}"


def _near_function(it: Statement) -> str:
    verb = "gives" if len(it.names or ()) == 1 else "give"
    return f"{{it}} is nearly a function of {{names:and}}, which {verb} {{share:sure}} of how it varies"


def _twin(it: Statement) -> str:
    return "{name} nearly says the same as {other}, which gives " + _how_much(it)


def _twin_of_several(it: Statement) -> str:
    return "{name} is nearly made from {names:all and}, which give " + _how_much(it)


def _how_much(it: Statement) -> str:
    return ("{share:sure}" if (it.share or 0.0) < 1 - 1e-12 else "all") + " of how it varies"


def _copied_rows(it: Statement) -> str:
    some = "" if it.total is None else ", of the {total} of some instants that were compared,"
    but = " but {names:ids}" if it.names else ""
    return f"rows of table {{name:as is}}{some} repeat another in every column{but}"


def _older_versions(it: Statement) -> str:
    some = "" if it.total is None else ", of the {total} of some instants that were compared,"
    return f"rows of table {{name:as is}}{some} are older versions of a record: the same {{names:ids}}, another {{other:as is}}"


def _unlinked_table(it: Statement) -> str:
    written = f", as ids are written in two ways{_EXAMPLE}" if it.names else ""
    return f"no row of table {{name:as is}} has the {_id(it)} of any moment{written}"


def _unlinked_rows(it: Statement) -> str:
    example = _EXAMPLE if it.names else ""
    return (
        f"of the {{total}} rows of table {{name:as is}} that were looked at have a {_id(it)} that no moment has, and would"
        f" belong to one if both were written alike{example}"
    )


_EXAMPLE = ": {names:for}"


def _id(it: Statement) -> str:
    return "customer" if it.other is None else "{other:as is}"


def _one_clear(it: Statement) -> str:
    other = "reward" if it.kind == "penalty" else "penalty"
    return f"the {{kind:raw}} is clear, but a {other} as large may be there too"


def _spend_of_stayers(it: Statement) -> str:
    already = "the {days:days} that {name} already counts"
    if it.years == 0:
        return f"0: the horizon ends within {already}"
    return (
        "{value:2} a year spent by those who stay × margin {margin:exact} × {years:2} discounted years, from the end of"
        f" {already} to the horizon"
    )


def _balanced(_: Statement) -> str:
    return (
        "it goes with nothing that was there before (p {p:p} over {columns:plain} {columns:?column|columns})"
    )


ENGLISH: Mapping[Reason, Template] = {
    Reason.SEVERAL: "{inner}",
    Reason.OF_NAMES: "{names:comma}: {inner}",
    Reason.IN_PERIOD: "in {at:raw}: {inner}",
    Reason.COLUMN_IN_PERIOD: "in {at:raw} {inner}",
    Reason.AMONG_SAME_CUSTOMERS: "among episodes of the same customer: {inner}",
    Reason.NOTHING_TO_HOLD_AGAINST: "there is nothing to hold it against: {inner}",
    Reason.KEPT_OUT: "kept out: {inner}",
    # Models.
    Reason.NO_EPISODE: "no episode has what it takes",
    Reason.SAME_EVERYWHERE: _same_everywhere,
    Reason.SAME_OUTCOME: "the outcome is the same in every episode",
    Reason.MADE_FROM: "the operations and controls give the outcome exactly: one of them is probably made from it",
    Reason.COMBINATION: "{it} is a linear combination of {names:some}",
    Reason.MOVES_WITH: _moves_with,
    Reason.DIFFERS_FOR_FEW: "{it} differs for too few customers: in {share:.1} of the resamples it is the same in every episode",
    Reason.FEW_TELL_APART: "too few customers tell it apart from {names:columns}: in {share:.1} of the resamples none does",
    Reason.TOO_FEW: "too few: {n:customer|customers} (or {n:?group|groups} of them) with what it takes, and a model of"
    " {columns:plain} {columns:?column|columns} needs {needed:plain}",
    Reason.RESAMPLES_FAIL: "too few: in {share:.1} of the resamples the columns of the model cannot be told apart",
    Reason.NOTHING_TO_POOL: "there is nothing to pool: {n:plain} of {total:plain} members have an estimate with a standard"
    " error, and two are needed",
    # Selection of controls.
    Reason.NO_EPISODES: "there are no episodes",
    Reason.CONSTANT: "{name} is the same in every episode",
    Reason.NOT_BEYOND_CONTROLS: "{name} does not vary beyond the controls that are always in",
    Reason.FEW_TO_SELECT: "to select among {columns:plain} controls takes {needed:plain} independent observations, and there"
    " are {value}",
    Reason.LASSO_FAILS: "the lasso of {name} does not converge",
    # Weights of answers.
    Reason.NOT_FITTED: "not fitted",
    Reason.NOBODY_ANSWERED: "nobody answered",
    Reason.ANSWERS_TOLD_EXACTLY: "who answers is told exactly, or nearly so, by the operations and controls: nobody like the"
    " silent has answered",
    Reason.FEW_ANSWERED: _few_answered("answered"),
    Reason.FEW_SILENT: _few_answered("did not answer"),
    Reason.FEW_ASKED: "too few: {n:customer|customers} (or {n:?group|groups} of them) {n:?was|were} asked, and a response"
    " model needs {needed:plain}",
    Reason.NO_KNOWN_LEVEL: "nobody who answered has a known level of every margin",
    Reason.MARGINS_CLASH: "the margins cannot all hold at once: some levels that have to be common hardly occur together"
    " among those who answered",
    # Shares, shapes, classes, interactions, places.
    Reason.NO_PATHS: "it has no paths",
    Reason.SHARE_NOT_TOLD: "the total among those who answered cannot be told from nothing: a share of it could be anything"
    " (Fieller 1954)",
    Reason.OPPOSED: "what passes through goes the other way than what does not: the two take from each other, and neither is"
    " a share of their sum (inconsistent mediation)",
    Reason.FEW_VALUES: "it has too few different values for a line to bend",
    Reason.TOO_MANY_TO_BEND: "there are too many operations to look for bends in each: declare 'knots' where one is expected",
    Reason.EVERYBODY_AT_END: "everybody is at the {kind:raw} end of its scale",
    Reason.NOBODY_AT_END: "nobody is at the {kind:raw} end of its scale",
    Reason.NEITHER_CLEAR: "neither a penalty nor a reward is clear, nor that there is none",
    Reason.ONE_CLEAR: _one_clear,
    Reason.SIDES_OPPOSED: "both ends of the scale clearly go with less than its middle, or both with more",
    Reason.TOO_MANY_PAIRS: "there are {n:plain} pairs of an operation and a perception, and at most {needed:plain} are looked"
    " at: leave out operations or perceptions",
    Reason.NOTHING_CHANGES: "no episode of those who answered would change: it is as good as it can get",
    Reason.NOWHERE: "no segment could be set against the others in both halves of the customers",
    # Periods.
    Reason.ONE_PERIOD: "there is one period only",
    Reason.FEW_PERIODS: "its effect can be told in {n:plain} of {total:plain} periods: {inner}",
    Reason.FEW_RESAMPLES: "too few resamples tell the effect in all periods",
    Reason.SAME_IN_RESAMPLES: "its effect is the same in every resample of a period",
    Reason.PERIODS_MOVE_AS_ONE: "its effects in the periods move as one in all resamples",
    Reason.TIED_TO_PERIOD: "it is the same in every episode of {at:raw}, and another in every episode of {other:raw}: it"
    " cannot be told apart from anything else that changed with the period",
    Reason.LENT: "{inner}: its effect in {at:raw} is used for both periods",
    Reason.FEW_FOR_MEAN: "a mean of fewer than five customers is not told",
    # Money.
    Reason.NO_BEHAVIOUR: "no behaviour is declared: nothing that customers do is in view",
    Reason.NO_VALUE_SECTION: "the project file has no section 'value'",
    Reason.COST_UNDECLARED: "declare what one costs: 'value: {{per_unit: {{{name:raw}: -4.50}}}}'",
    Reason.NO_SPEND: "no behaviour tells what customers spend: declare one of kind 'buy_more' with 'value', or 'value:"
    " {{per_unit: {{{name:raw}: …}}}}'",
    Reason.NO_EPISODE_WITH: "no episode has {name}",
    Reason.NO_EPISODE_WITH_BOTH: "no episode has both {name} and {other}",
    Reason.NO_PURCHASES: "spend over purchases cannot be told: {name} is 0 throughout",
    Reason.SPEND_WITHOUT_WINDOW: "what a customer spends cannot be told: {name} needs 'table' and 'within'",
    Reason.STAYERS_SPEND_WITHOUT_WINDOW: "what those who stayed spend cannot be told: {name} needs 'table' and 'within'",
    Reason.NOBODY_STAYED: "nobody stayed: what one who stays spends cannot be told",
    Reason.REFERRALS_UNDECLARED: "how many referrals become customers? Declare 'value: {{referral_conversion: 20 %}}'",
    Reason.NO_TIME: "a snapshot has no times, which would tell how many episodes there are in a year. Declare that with"
    " 'episodes_per_year' under 'value'",
    Reason.ONE_DAY: "all moments lie on one day, which does not tell how many there are in a year. Declare that with"
    " 'episodes_per_year' under 'value'",
    Reason.SHORT_SPAN: "the moments lie on {n:day|days} within {value:days}, which is too short to tell how many there are in"
    " a year ({needed:plain} days and moments on {total:plain} of them are needed). Declare that with 'episodes_per_year'"
    " under 'value'",
    # What one unit is worth.
    Reason.WORTH_DECLARED: "declared in the project file: {value} each",
    Reason.WORTH_ITS_COST: "a cost counts in full",
    Reason.MARGIN_OF_SPEND: "the margin, {margin:exact} of spend",
    Reason.MARGIN_OF_PURCHASE: "margin {margin:exact} × {value:2} spent per purchase; {name} counts this money already, so it"
    " is not added up again",
    Reason.SPEND_OF_STAYERS: _spend_of_stayers,
    Reason.SPEND_OF_REFERRED: "{share:exact} become customers × {value:2} a year per customer × margin {margin:exact} ×"
    " {years:2} discounted years",
    # Leaks.
    Reason.SEPARATES: "{name} separates {other} perfectly: it is probably known only afterwards, or made from it",
    Reason.COPY: "{name} is a copy of {other}: it tells nothing about it",
    Reason.NEARLY_GIVES_AWAY: "{name} nearly gives {other} away: {inner}. It is probably known only afterwards, or made"
    " from it",
    Reason.TOLD_BY_SIGN: _told_by_sign,
    Reason.SIGN_KNOWN: "where {name} is known",
    Reason.SIGN_ABOVE: "with {name} above {value:value}",
    Reason.SIGN_FROM: "with {name} at or above {value:value}",
    Reason.SIGN_LEVELS: "where {name} is {names:levels}",
    Reason.SIGN_OTHER_LEVEL: "where {name} has another level, or is not known",
    Reason.SIGN_LEVELS_OR_OTHER: "where {name} is {names:levels or other}",
    Reason.EXPLAINS_ALONE: "alone it explains {share:3} of how {name} varies",
    Reason.EXPLAINS_THE_REST: "it explains {share:3} of what the other columns leave of {name}",
    Reason.MADE_AFTER: "{name} nearly gives {other} away, and is probably made after it: it is not held equal for what comes"
    " before, {names:and}, either",
    Reason.MADE_AFTER_WAY: "{name} nearly gives {other} away, and is probably made after it: held equal for {names:and},"
    " it would take away what passes through {other}",
    # What settles an outcome in part.
    Reason.SETTLES: "{name} settles {other} in {share:3} of the episodes: {inner:and}",
    Reason.SETTLED_WHERE: _settled_where,
    Reason.SIGN_BELOW: "with {name} below {value:value}",
    Reason.SIGN_UNKNOWN: "where {name} is not known",
    Reason.SO_STRONG: "{name} alone explains {share:3} of how {other} varies, which is more than causes do",
    # Doubts about links.
    Reason.NEAR_FUNCTION: _near_function,
    Reason.TWIN: _twin,
    Reason.TWIN_OF_SEVERAL: _twin_of_several,
    Reason.PATHS_THROUGH_TWIN: "{inner}: paths go through {names:all and}",
    Reason.REVERSED_WITHIN: "within the segments of {name} it goes the other way round",
    Reason.INSISTED: "{inner}; it is told only as the project insists: {text:ended}",
    Reason.TOO_RARE: "only {n} episodes differ, too few for models of {columns:plain} columns",
    # Doubts about the data.
    Reason.COPIED_MOMENTS: "moments repeat another of the same customer, the same moment and the same values under a key of"
    " their own",
    Reason.COPIED_ROWS: _copied_rows,
    Reason.OLDER_VERSIONS: _older_versions,
    Reason.UNLINKED_TABLE: _unlinked_table,
    Reason.UNLINKED_ROWS: _unlinked_rows,
    Reason.BELOW_ZERO: "below zero: it ends before it begins",
    Reason.MADE_LATER: "made from {name:as is}, which is later than the moment",
    # Left out or missing.
    Reason.LACKS: "the row has no {kind:raw}",
    Reason.DATED_AFTER: "dated after the moment: it could not have been a cause",
    Reason.DATED_BEFORE: "dated before the moment it speaks of",
    Reason.DATED_TOO_LATE: "later than {value:days} after the moment",
    Reason.UNDATED: "has no time of its own, so it cannot be told whether it came before or after",
    Reason.WINDOW_STARTS_BEFORE: "{its} window starts before table {name:as is} does ({at:raw})",
    Reason.WINDOW_ENDS_AFTER: "{its} window ends after table {name:as is} does ({at:raw})",
    Reason.STATUS_IN_NEITHER_LIST: "column {name:as is} holds values in neither list, as {names:ids}",
    Reason.LEFT_BEFORE_FOLLOW_UP: "left within {value:days} of the moment, before the follow-up begins",
    Reason.ANSWERS_UNDATED: "answers without a time",
    Reason.ANSWERS_OF_NO_EPISODE: "answers that belong to no episode",
    Reason.ANSWERS_BEFORE: "answers dated before the moment they would speak of",
    Reason.ANSWERS_LATE: "answers later than {value:days} after the moment",
    Reason.ANSWERS_NOT_TAKEN: "answers where another of the same episode is taken (take: {kind:raw})",
    Reason.ABSENT_KEPT: "no value: the episode stays, with an indicator of its absence",
    Reason.ABSENT_LEFT_OUT: "no value: the episode is left out",
    # For a level of evidence.
    Reason.ONLY_OPERATIONS: "only the operations are compared with each other",
    Reason.HELD_EQUAL: "the controls and the other operations are held equal",
    Reason.CLEAR_AMONG_ALL: "it is clear among all the questions asked (q {p:p})",
    Reason.HIDDEN_TOO_WEAK: "a hidden factor that explains less than {share:small} of what is left of both could not undo it",
    Reason.BENCHMARK_TOO_WEAK: "one as strong as {name}, the strongest control, would not",
    Reason.ASSIGNED: "it was assigned {kind:word}: {text:ended}",
    Reason.BALANCED: _balanced,
    Reason.REST_HELD_EQUAL: "the other operations, and the controls but {names:and}, are held equal",
    # Against a higher one.
    Reason.NO_CONTROL: "no control is declared, so that whatever else differs between customers may be behind it",
    Reason.CONTROL_KEPT_OUT: "{names:and} cannot be held equal, as declared, for seeming to be known only afterwards: whatever"
    " differs with it may be behind the claim",
    Reason.HELD_BESIDE: "{name} is held equal beside it, and tells more of {other} than causes do: it may take away what is"
    " this one's",
    Reason.WRONG_WAY: "happier customers do less of what the company wants, which is odd: the behaviour may have come first,"
    " or a complaint before both",
    Reason.ORDER_ASSUMED: "the data have no times, and nothing is declared of what came first",
    Reason.NOBODY_CHANGED_IT: "nobody changed it on purpose, or by chance, to see what follows",
    Reason.NO_LOTS: "no lots were drawn on purpose",
    Reason.ASSIGNED_BUT: "it is declared to be assigned {kind:word}, but {inner:and}",
    Reason.ASSIGNMENT_UNTESTED: "there is no control or earlier behaviour to check that by",
    Reason.UNBALANCED: "it goes with {name}, which was there before (p {p:p})",
    Reason.INTERVAL_INCLUDES_ZERO: "its interval includes zero",
    Reason.CHANCE_FIND: "among so many questions it may be a chance find (q {p:p})",
    Reason.CHANCE_FIND_OF_CAUSE: "among all outcomes and segments that it was asked about it may be a chance find (Holm's p {p:p})",
    Reason.FEW_CUSTOMERS: "it rests on {n} customers, and at least {needed:plain} are needed",
    Reason.FEW_OF_ANSWERS: "it rests on {n} of {total} answers of {name}: the others are dated before the moment or too long"
    " after it, or not at all",
    Reason.RARE_OUTCOME: "the outcome happens too seldom for the model",
    Reason.HIDDEN_UNKNOWN: "what a hidden factor would have to be is not known",
    Reason.HIDDEN_ENOUGH: "a hidden factor that explains {share:small} of what is left of both would be enough to undo it",
    Reason.NO_BENCHMARK: "there is no control to measure a hidden factor by",
    Reason.BENCHMARK_ENOUGH: "a hidden factor as strong as {name} would be enough to undo it",
    Reason.NOT_TOTAL: "it is one path among several: that takes perceptions to be measured without error, and nothing hidden"
    " to move both perception and behaviour",
    Reason.SAME_MOOD: "both are what the same customers say, and one mood can colour both",
    Reason.UNSTEADY: "it is not the same in all periods, and points the other way in {n:plain} of {total:plain}",
    # Comparisons.
    Reason.NOT_BEFORE: "it does not go with what the same customers did before",
    Reason.NOT_NEXT: "what comes in the next episode does not tell the same of this one",
    Reason.WITHIN_TOO: "the same customers compared with themselves show it too",
    Reason.BEFORE_ALREADY: "customers did so before already, and nothing sure is left beyond that",
    Reason.NEXT_AS_MUCH: "what comes only in the next episode tells nearly as much of this one",
    Reason.NOT_WITHIN: "the same customers compared with themselves do not show it",
}
