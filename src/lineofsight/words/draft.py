"""A drafted project as its file: YAML with a reason behind each guess, and `# ?` before each doubt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lineofsight.look.drafted import Draft, Entry, LeftOut
from lineofsight.look.questions import Question

_PLAIN = re.compile(r"[A-Za-z_][\w./-]*(?: [\w./-]+)*")
_WORDS_OF_YAML = re.compile(r"(?i)true|false|null|yes|no|on|off|y|n|~")
_MARGIN = 0.2
_WHY = {
    "named": "its name says that the company does it, and which way is good",
    "direction_open": "which way is good? And does the company decide it?",
    "rated": "customers rate it",
    "level": "is '{other}' the better one?",
    "yes_no_words": "yes against everything else",
    "by_lot": "against '{other}'. Were lots drawn? Then add: assigned: {{how: random, because: …}}",
    "between_times": "from '{column}' to '{other}'",
    "late": "how much later than '{column}' it was",
    "said": "customers say how they feel about the whole",
    "answered": "answers in '{other}', of the same moment",
    "who": "who customers are, or what they chose",
    "unsure_kind": "or does the company decide it? Then it is an operation, with 'better'",
    "outcome": "who is still a customer, by '{column}'",
    "bought": "what customers did next, by '{column}'",
    "spent": "what they spend, by '{column}'",
    "said_so": "you said which way is good",
    "returns": "who comes back within half a year",
}
_DOUBTS = {
    "said": "is this what customers feel, or a rating of one service? Then it is an operation",
    "outcome": "is this what became of the customer?",
    "bought": "is this what customers did next?",
}
_LEFT = {
    "leak_name": "made after what became of the customer, by its name",
    "leak_values": "gives '{other}' away: it tells it nearly always",
    "leak_filled": "gives '{other}' away: it is filled just where it says yes, or no",
    "same_as": "moves as one with '{other}'",
    "personal": "personal data",
    "free_text": "free text",
    "identifier": "names rows",
    "constant": "one value everywhere",
    "empty": "empty",
    "too_many_levels": "too many levels to hold equal",
    "its_status": "says what became of a thing, not of the customer",
    "another_time": "another time",
    "beyond_budget": "beyond what so many rows can hold equal, or of no known kind",
}
_EPISODES = {
    "moments": "one row is one moment of a customer",
    "snapshot": "one row per customer and no time: a snapshot. What came first is your word: 'order' says how you know",
    "nobody": "no column names customers and rows have no time of their own: each row counts as a customer",
    "repeated": "customers stand in several rows, but no column says when: each row counts as a customer",
}


def draft_words(draft: Draft) -> str:
    """The project file."""
    return "\n".join(_lines(draft)) + "\n"


def question_words(question: Question) -> str:
    """A question to be answered by yes or no."""
    column = _line(question.entry.column)
    match question.about:
        case "outcome":
            return f"Does '{column}' say what customers did next?"
        case "perception":
            return f"Is '{column}' how customers feel about the whole?"
        case "better":
            return f"'{column}': is {'more' if question.entry.keys['better'] == 'higher' else 'less'} of it better for customers?"
        case "operation":
            return f"Does the company decide '{column}'?"


def _lines(draft: Draft) -> Iterator[str]:
    yield f"# Drafted from {', '.join(_line(path) for path in draft.files)}. Behind each guess stands its reason; '# ?' marks what to look at."
    yield f"name: {_text(draft.name)}"
    yield "currency: EUR  # ? the currency of all amounts"
    yield ""
    yield "tables:"
    for name, keys in draft.tables.items():
        yield f"  {name}: {_flow(keys)}"
    yield ""
    episodes = draft.episodes
    keys = {"each": episodes.table, "key": episodes.key, "customer": episodes.customer, "at": episodes.at}
    doubt = "? " if episodes.why in ("nobody", "repeated") else ""
    yield f"# {doubt}{_EPISODES[episodes.why]}"
    yield f"episodes: {_flow({key: value for key, value in keys.items() if value is not None})}"
    for section, entries in (
        ("operations", draft.operations),
        ("perceptions", draft.perceptions),
        ("behaviours", draft.behaviours),
        ("controls", draft.controls),
    ):
        if entries:
            yield ""
            yield f"{section}:"
            yield from (f"  {entry.name}: {_flow(entry.keys)}  # {_reason(entry)}" for entry in entries)
        elif section != "controls":
            yield ""
            yield f"# ? no column looks like {section}"
    if draft.segments:
        chosen = [entry for entry in draft.controls if entry.name in draft.segments]
        yield ""
        yield "segments:  # groups that leaders speak of"
        yield from (f"  {entry.name}: {_flow(entry.keys)}" for entry in chosen)
    yield ""
    yield from _value(draft)
    if draft.left_out:
        yield ""
        yield "# Left out:"
        yield from (f"#   {_line(each.column)}: {_left(each)}" for each in draft.left_out)


def _value(draft: Draft) -> Iterator[str]:
    stays = next((e.name for e in draft.behaviours if e.keys.get("kind") == "stay"), None)
    year = f", episodes_per_year: {draft.rows}" if draft.episodes.snapshot else ""
    if draft.monthly is not None and stays is not None and not draft.spends:
        column, mean = draft.monthly
        worth = float(f"{12 * mean * _MARGIN:.3g}")
        yield f"# ? one who stays: 12 months of the mean of '{_line(column)}' ({mean:.4g}) at a margin of {_MARGIN:.0%}; put in your own"
        yield f"value: {{margin: {_MARGIN * 100:g} %, horizon: 12 months, per_unit: {{{stays}: {worth:g}}}{year}}}"
    elif draft.spends:
        yield "# ? put in your own margin and horizon"
        yield f"value: {{margin: {_MARGIN * 100:g} %, horizon: 12 months{year}}}"
    else:
        yield "# ? nothing says what customers are worth. With what one unit is worth, money is told:"
        name = stays or next((e.name for e in draft.behaviours), "stayed")
        yield f"# value: {{margin: {_MARGIN * 100:g} %, horizon: 12 months, per_unit: {{{name}: 100}}{year}}}"


def _reason(entry: Entry) -> str:
    doubted = entry.doubt and _DOUBTS.get(entry.why)
    text = doubted or _WHY[entry.why].format(column=_line(entry.column), other=_line(entry.other))
    return f"? {text}" if entry.doubt else text


def _left(each: LeftOut) -> str:
    text = _LEFT[each.why]
    return text.format(other=_line(each.other)) if each.other else text.replace("gives '{other}' away: ", "")


def _line(text: str) -> str:
    """On one line of a comment, with nothing that a project file refuses."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat.replace("${", "$ {")


def _flow(keys: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{_key(key)}: {_scalar(value)}" for key, value in keys.items()) + "}"


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and not _WORDS_OF_YAML.fullmatch(key) else _text(key)


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return _flow(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_scalar(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return _text(str(value))


def _text(value: str) -> str:
    """A text as YAML has it, bare where that is safe."""
    if _PLAIN.fullmatch(value) and not _WORDS_OF_YAML.fullmatch(value):
        return value
    escaped = value.replace("${", "$${")
    if "'" not in escaped and escaped.isprintable():
        return f"'{escaped}'"
    return json.dumps(escaped, ensure_ascii=False)
