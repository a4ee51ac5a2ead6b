"""What `los explain` prints of a run, and what it refuses."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import lineofsight
from lineofsight.words.reasons import in_words

from .shop import PROJECT, Los, Said, Shop, tables

SMALL = "region = island"
LEGEND = "+ speaks for it   ! speaks against it   ? not known   - for information"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with a label, one clear effect, one region of a few customers, and an operation that never varies."""
    text = PROJECT.replace("  delivery_days:\n", "  delivery_days:\n    label: Delivery time\n")
    text = text.replace(
        "  tickets_open:",
        "  gift_wrap:\n    value: gift_wrap\n    unit: share\n    better: higher\n  tickets_open:",
    )
    shop = Shop(tmp_path_factory.mktemp("explain") / "shop", text, tables(150)).write()
    for row in shop.tables["orders"]:
        row["gift_wrap"] = 0.5
        if int(row["customer_id"][1:]) < 8:
            row["region"] = "island"
    shop.write()
    lineofsight.run(shop.folder)
    return shop.folder


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[dict[str, Any]]:
    return [row for row in lineofsight.latest_run(folder).table("effects").rows() if row["path"] == "total"]


@pytest.fixture
def ask(los: Los, folder: Path) -> Los:
    def call(*arguments: object) -> Said:
        return los("explain", *arguments, "--project", folder)

    return call


def the(rows: list[dict[str, Any]], cause: str, outcome: str, segment: str | None = None) -> dict[str, Any]:
    (one,) = [r for r in rows if (r["cause"], r["outcome"], r["segment"]) == (cause, outcome, segment)]
    return one


def parts(said: Said) -> dict[str, list[str]]:
    """Sentences under each heading."""
    assert (said.status, said.err) == (0, "")
    blocks = said.out.strip().split("\n\n")
    found = {}
    for block in blocks[1:]:
        if block == LEGEND:
            continue
        heading, *sentences = block.split("\n")
        assert heading.endswith("?") or heading[0].isupper()
        assert all(re.fullmatch(r"  [+!?-] .*\.", line) for line in sentences), block
        found[heading] = [line[4:] for line in sentences]
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("−", "-")


def numbers_in(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"-?\d[\d,]*\.?\d*", plain(text))]


def test_a_clear_claim(ask: Los, rows: list[dict[str, Any]]) -> None:
    said, row = ask("delivery_days", "satisfaction"), the(rows, "delivery_days", "satisfaction")
    claim, level = plain(said.out).splitlines()[:2]
    assert row["low"] > 0
    assert claim.startswith("'Delivery time' 10 % better (")
    assert "goes with +" in claim and claim.endswith("of 'satisfaction'.")
    assert level == f"Evidence: {row['evidence']}."
    value, confidence, low, high = numbers_in(claim)[-4:]
    assert confidence == 95
    assert (value, low, high) == pytest.approx((row["estimate"], row["low"], row["high"]), abs=0.006)
    found = parts(said)
    assert [*found][:3] == ["What does it rest on?", "What speaks for it", "Why it is not surer"]
    assert len(found["What speaks for it"]) == len(row["because"])
    assert len(found["Why it is not surer"]) == len(row["not_higher"])
    assert {
        "Could something hidden be behind it?",
        "Is it a chance find?",
        "Is it the same for everybody?",
    } <= {*found}
    asked = sum(other["q_value"] is not None for other in rows)
    assert f"{asked} total effects" in " ".join(found["Is it a chance find?"])


def test_a_claim_on_a_behaviour_goes_along_the_chain_to_money(ask: Los, rows: list[dict[str, Any]]) -> None:
    found = parts(ask("delivery_days", "returned"))
    feel = " ".join(found["Does it pass through how those who answered feel?"])
    assert "'satisfaction'" in feel and feel.count("95\u00a0% interval") == 2
    assert "EUR" in " ".join(found["What is it worth?"])
    assert "Do respondents show the same effect?" in found
    money = numbers_in(" ".join(found["What is it worth?"]))
    row = the(rows, "delivery_days", "returned")
    assert money[0] == pytest.approx(row["money_per_year"], rel=0.15)  # it is rounded to its interval


def test_an_unclear_claim_says_so_first(ask: Los, rows: list[dict[str, Any]]) -> None:
    row = next(
        r for r in rows if r["cause"] == "page_seconds" and r["segment"] is None and r["low"] < 0 < r["high"]
    )
    said = ask("page_seconds", row["outcome"])
    first = plain(said.out).splitlines()[0]
    assert "cannot be told from nothing" in first and "95 % interval" in first
    assert " goes with +" not in first and " goes with -" not in first
    assert parts(said)["Why it is not surer"] == ["Its interval includes zero."]


@pytest.mark.parametrize(("cause", "segment"), [("gift_wrap", None), ("delivery_days", "island")])
def test_a_refused_claim_has_its_reason_and_no_level(
    ask: Los, rows: list[dict[str, Any]], cause: str, segment: str | None
) -> None:
    said = ask(cause, "returned", *(["--segment", segment] if segment else []))
    row = the(rows, cause, "returned", SMALL if segment else None)
    lines = said.out.splitlines()
    assert lines[0].endswith("cannot be estimated.")
    assert lines[1] == "Evidence: none."
    assert [*parts(said)] == ["Why there is no answer"]
    assert parts(said)["Why there is no answer"][0].lower() == f"{in_words(row['reason'])}.".lower()
    assert not re.search(r"interval|reliably|EUR", said.out)


def test_a_segment_by_its_short_and_its_long_name(ask: Los, rows: list[dict[str, Any]]) -> None:
    short, long = (
        ask("delivery_days", "satisfaction", "--segment", name) for name in ("north", "region = north")
    )
    assert short == long
    assert "where region = north" in short.out.splitlines()[0]
    row = the(rows, "delivery_days", "satisfaction", "region = north")
    assert numbers_in(short.out.splitlines()[0])[-4] == pytest.approx(row["estimate"], abs=0.006)
    same = parts(short)["Is it the same for everybody?"]
    assert any(sentence.startswith("Against the other segments") for sentence in same)
    assert short.out != ask("delivery_days", "satisfaction").out


def test_labels_stand_for_names(ask: Los) -> None:
    by_name = ask("delivery_days", "satisfaction")
    assert ask("Delivery time", "satisfaction") == by_name
    assert ask("DELIVERY TIME", "Satisfaction") == by_name


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("delivery_day", "returned"), "'delivery_day': did you mean 'delivery_days'?"),
        (("delivery_days", "retruned"), "'retruned': did you mean 'returned'?"),
        (("delivery_days", "returned", "--segment", "nort"), "no segment 'nort': did you mean 'north'?"),
        (("delivery_days", "returned", "--segment", "regoin = north"), "did you mean 'region = north'"),
        (("delivery_days", "returned", "--segment", "42"), "one of: island, north, south"),
        (("zzz", "returned"), "one of: delivery_days, gift_wrap, page_seconds, satisfaction, tickets_open"),
        (("satisfaction", "satisfaction"), "'satisfaction': one of: returned, spend"),
    ],
)
def test_a_name_that_is_wrong_is_refused_with_the_near_one(
    ask: Los, arguments: tuple[str, ...], told: str
) -> None:
    said = ask(*arguments)
    assert (said.status, said.out) == (2, "")
    assert told in " ".join(said.err.split())
    assert "Traceback" not in said.err


def test_every_estimate_is_told_with_its_interval(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Each of all claims, and each sentence that tells an amount of the outcome's unit."""
    run, seen = lineofsight.latest_run(folder), 0
    amount = re.compile(r"(\d (points|percentage points)|EUR \d)")
    for row in rows:
        found = run.explain(row["cause"], row["outcome"], row["segment"])
        if row["estimate"] is None:
            continue
        seen += 1
        assert "95\u00a0% interval" in found.claim
        for part in found.parts:
            for sentence in part.sentences:
                if amount.search(plain(sentence)) and not re.search(
                    r"standard deviation|For this to fall", sentence
                ):
                    assert "interval" in sentence, sentence
    assert seen > 30


CAUSAL = r"\b(causes|caused|leads? to|led to|results? in|drives?|raises|lowers|increases|reduces|improves|impact)\b"


def test_no_sentence_claims_a_cause(folder: Path, rows: list[dict[str, Any]]) -> None:
    run = lineofsight.latest_run(folder)
    for row in rows:
        found = run.explain(row["cause"], row["outcome"], row["segment"])
        told = " ".join([found.claim, *(s for part in found.parts for s in part.sentences)])
        assert not re.search(CAUSAL, told), told
        assert not re.search(r"\bbrings?|is followed by\b", found.claim)


def test_without_a_run_it_says_what_to_do(los: Los, folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "lineofsight.yml", tmp_path)
    said = los("explain", "delivery_days", "returned", "--project", tmp_path)
    assert said.status == 2
    assert "has no run yet" in said.err
