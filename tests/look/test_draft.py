"""`los init --from`: what is drafted of files like public ones passes the check unedited, and no leak is among its operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import lineofsight as los
from lineofsight.cli import app
from lineofsight.errors import ProjectError
from lineofsight.look.draft import draft
from lineofsight.look.files import look
from lineofsight.look.questions import MOST_ASKED, answered, questions_of
from lineofsight.words.draft import draft_words, question_words

from . import public

#: Per file what must be among the operations, the perceptions and the behaviours, with their directions and kinds.
WANTED: dict[str, tuple[dict[str, str], set[str], dict[str, str]]] = {
    "telco_churn": ({"number_of_service_calls": "lower", "tech_support": "higher", "monthly_charges": "lower"}, {"satisfaction_score"}, {"stayed": "stay"}),
    "bank_churn": ({"num_of_products": "higher"}, {"satisfaction_score"}, {"stayed": "stay"}),
    "card_attrition": ({"contacts_count_12_mon": "lower"}, set(), {"stayed": "stay"}),
    "hillstrom": ({"segment_other_than_no_e_mail": "higher"}, set(), {"visit": "buy_more", "conversion": "buy_more", "spend": "buy_more"}),
    "airline_satisfaction": ({"seat_comfort": "higher", "food_and_drink": "higher", "departure_delay_in_minutes": "lower"}, {"satisfaction"}, {}),
    "hotel_bookings": ({"days_in_waiting_list": "lower", "adr": "lower"}, set(), {"stayed": "stay"}),
    "shipping": ({"customer_care_calls": "lower", "discount_offered": "higher", "reached_on_time_y_n": "higher"}, {"customer_rating"}, {}),
    "hr_attrition": ({"over_time": "lower", "training_times_last_year": "higher", "work_life_balance": "higher"}, {"job_satisfaction", "environment_satisfaction"}, {"stayed": "stay"}),
    "insurance": ({"claim_settlement_days": "lower", "open_complaints": "lower"}, {"csat"}, {"stayed": "stay"}),
    "nps_survey": ({"wait_minutes": "lower", "staff_were_friendly": "higher"}, {"how_likely_are_you_to_recommend_us", "how_easy_was_it_effort"}, {"stayed": "stay"}),
}  # fmt: skip

#: What no operation and no control may read: made after what became of the customer, or of somebody.
NEVER = (
    "Total Charges", "Churn Value", "Churn Score", "CLTV", "Churn Reason", "Complain", "Naive_Bayes", "reservation_status", "cancellation_reason",
    "customer_lifetime_value", "Surname", "Email", "IP Address", "Why did you",
)  # fmt: skip


def drafted(folder: Path, *files: Path) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["init", str(folder), "--from", *map(str, files), "--yes"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = yaml.safe_load((folder / "lineofsight.yml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", WANTED)
def test_a_draft_passes_the_check_and_has_no_leak(tmp_path: Path, name: str) -> None:
    project = drafted(tmp_path / "mine", public.write(tmp_path, name, public.ONE_FILE[name]()))
    operations, perceptions, behaviours = WANTED[name]
    assert (
        operations.items() <= {name: each["better"] for name, each in project["operations"].items()}.items()
    )
    assert set(project.get("perceptions", {})) == perceptions
    assert {name: each["kind"] for name, each in project.get("behaviours", {}).items()} == behaviours
    read = [
        str(each["value"]) for group in ("operations", "controls") for each in project.get(group, {}).values()
    ]
    assert not [value for value in read for word in NEVER if word in value]
    found = los.check(tmp_path / "mine")
    assert found.episodes > 0.9 * found.anchored
    assert found.refusals == () or "airline" in name


def test_one_who_left_is_counted_as_such(tmp_path: Path) -> None:
    rows = public.telco_churn()
    drafted(tmp_path / "mine", public.write(tmp_path, "telco", rows))
    stayed = los.check(tmp_path / "mine").levels["stayed"].value
    assert stayed == pytest.approx(sum(row["Churn Label"] == "No" for row in rows) / len(rows))


def test_a_shop_of_several_tables(tmp_path: Path) -> None:
    files = [public.write(tmp_path, name, rows) for name, rows in public.shop().items()]
    project = drafted(tmp_path / "mine", *files)
    assert project["episodes"] == {
        "each": "shop_orders_joined", "key": "order_id", "customer": "customer_id", "at": "order_delivered_customer_date",
    }  # fmt: skip
    assert {name: each["better"] for name, each in project["operations"].items()} == {
        "days_to_order_delivered_customer_date": "lower",
        "days_late": "lower",
    }
    assert project["perceptions"]["review_score"]["table"] == "shop_order_reviews"
    assert set(project["behaviours"]) == {"returned", "spend"}
    run = los.run(tmp_path / "mine")
    assert "reliably goes with" in next(iter(run.findings))["sentence"]
    assert run.report(tmp_path / "report.html").stat().st_size > 100_000


def test_tables_beside_one_of_customers_are_put_together(tmp_path: Path) -> None:
    customers = public.insurance()
    calls = [
        {"call_id": f"k{i}", "policy_number": customers[i % 300]["policy_number"], "wait_minutes": i % 17}
        for i in range(900)
    ]
    files = [public.write(tmp_path, "customers", customers), public.write(tmp_path, "calls", calls)]
    project = drafted(tmp_path / "mine", *files)
    assert project["episodes"]["each"] == "customers_joined"
    assert {"wait_minutes", "claim_settlement_days", "calls_count"} <= set(project["operations"])
    assert los.check(tmp_path / "mine").episodes == len(customers)


def test_each_guess_has_its_reason_and_each_doubt_its_mark(tmp_path: Path) -> None:
    drafted(tmp_path / "mine", public.write(tmp_path, "hillstrom", public.hillstrom()))
    text = (tmp_path / "mine" / "lineofsight.yml").read_text(encoding="utf-8")
    assert "# ? against 'No E-Mail'. Were lots drawn? Then add: assigned: {how: random, because: …}" in text
    assert "# ? no column looks like perceptions" in text
    guesses = [
        line for line in text.splitlines() if line.startswith("  ") and "value:" in line and "# " in line
    ]
    assert len(guesses) >= 10
    left = drafted(tmp_path / "other", public.write(tmp_path, "telco", public.telco_churn()))
    said = (tmp_path / "other" / "lineofsight.yml").read_text(encoding="utf-8")
    assert "#   Churn Reason: gives 'Churn Label' away: it is filled just where it says yes, or no" in said
    assert left["value"]["episodes_per_year"] == public.N


def test_at_most_five_questions_and_each_answer_changes_the_draft(tmp_path: Path) -> None:
    looked = look([str(public.write(tmp_path, "bank", public.bank_churn()))])
    found = draft(looked, tmp_path, "Bank")
    questions = questions_of(found)
    assert 0 < len(questions) <= MOST_ASKED
    assert all(question_words(each).endswith("?") for each in questions)
    for question in questions:
        assert answered(found, question, yes=True) != found
        assert yaml.safe_load(draft_words(answered(found, question, yes=False)))


def test_names_and_texts_of_any_kind_make_a_file_that_can_be_read(tmp_path: Path) -> None:
    odd = ["a: b", "c #d", "e'f", 'g"h', "${i}", "- j", "on", "Number of calls (é)"]
    rows = [
        {name: i % (3 + place) for place, name in enumerate(odd)} | {"Churn?": "yes: it's" if i % 4 else "no"}
        for i in range(200)
    ]
    rows = [row | {"churned": i % 5 == 0, "wait, minutes": i % 31} for i, row in enumerate(rows)]
    drafted(tmp_path / "mine", public.write(tmp_path, "odd one", rows))
    assert los.check(tmp_path / "mine").episodes == 200


def test_what_cannot_be_drafted_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("a,b\n" + "x,y\n" * 30)
    with pytest.raises(ProjectError, match="could be something that the company does"):
        draft(look([str(file)]), tmp_path, "Words")
    done = CliRunner().invoke(app, ["init", str(tmp_path / "new"), "--from", str(file)])
    assert done.exit_code == 2 and not (tmp_path / "new").exists()


def test_a_project_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    file = public.write(tmp_path, "telco", public.telco_churn())
    drafted(tmp_path / "mine", file)
    before = (tmp_path / "mine" / "lineofsight.yml").read_bytes()
    done = CliRunner().invoke(app, ["init", str(tmp_path / "mine"), "--from", str(file)])
    assert done.exit_code == 2 and "LOS-P017" in done.stderr
    assert (tmp_path / "mine" / "lineofsight.yml").read_bytes() == before
    without = CliRunner().invoke(app, ["init", str(tmp_path / "none"), str(file)])
    assert without.exit_code == 2
