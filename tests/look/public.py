"""Small files with the columns and the kinds of values of public data sets, made from a seed; not one row of theirs.

In each an outcome goes with some of the operations, so that a run has something to tell, and what was made after it gives it away.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Rows = list[dict[str, Any]]
N = 700


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _instant(time: np.datetime64) -> str:
    return str(time).replace("T", " ")


def _yes(rng: np.random.Generator, odds: float) -> bool:
    return bool(rng.random() < 1 / (1 + np.exp(-odds)))


def telco_churn() -> Rows:
    """IBM's telco customers, with what was added to them later."""
    rng, rows = _rng(1), []
    for i in range(N):
        tenure, monthly, calls = (
            int(rng.integers(1, 73)),
            round(float(rng.uniform(18, 119)), 2),
            int(rng.poisson(1.5)),
        )
        security = rng.choice(["Yes", "No", "No internet service"])
        score = int(np.clip(round(4.2 - 0.5 * calls + rng.normal(0, 1)), 1, 5))
        left = _yes(
            rng,
            -1.2
            + 0.5 * calls
            - 0.5 * (score - 3)
            - 0.02 * tenure
            + 0.01 * monthly
            - 0.8 * (security == "Yes"),
        )
        rows.append({
            "CustomerID": f"{rng.integers(1000, 9999)}-{i:05d}", "Count": 1, "Country": "United States", "City": f"City {rng.integers(0, 90)}",
            "Gender": rng.choice(["Male", "Female"]), "Senior Citizen": rng.choice(["Yes", "No"], p=[0.2, 0.8]), "Partner": rng.choice(["Yes", "No"]),
            "Tenure Months": tenure, "Online Security": security, "Tech Support": rng.choice(["Yes", "No", "No internet service"]),
            "Contract": rng.choice(["Month-to-month", "One year", "Two year"]), "Paperless Billing": rng.choice(["Yes", "No"]),
            "Payment Method": rng.choice(["Electronic check", "Mailed check", "Credit card (automatic)"]),
            "Monthly Charges": monthly, "Total Charges": round(tenure * monthly, 2) if tenure > 1 else " ", "Number of Service Calls": calls,
            "Satisfaction Score": score, "Churn Label": "Yes" if left else "No", "Churn Value": int(left),
            "Churn Score": int(rng.integers(66, 100) if left else rng.integers(5, 80)), "CLTV": int(rng.integers(2000, 6500)),
            "Churn Reason": rng.choice(["Competitor had better devices", "Price too high"]) if left else "",
        })  # fmt: skip
    return rows


def bank_churn() -> Rows:
    """Customers of a bank, with complaints, satisfaction and points."""
    rng, rows = _rng(2), []
    for i in range(N):
        age, products, active = int(rng.integers(18, 80)), int(rng.integers(1, 5)), int(rng.random() < 0.5)
        left = _yes(rng, -3 + 0.05 * age - 0.9 * active + 0.3 * products)
        rows.append({
            "RowNumber": i + 1, "CustomerId": 15_600_000 + int(rng.permutation(9)[0]) + 10 * i, "Surname": f"Name{rng.integers(0, 500)}",
            "CreditScore": int(rng.integers(400, 850)), "Geography": rng.choice(["France", "Spain", "Germany"]), "Gender": rng.choice(["Female", "Male"]),
            "Age": age, "Tenure": int(rng.integers(0, 11)), "Balance": round(float(rng.uniform(0, 200_000)), 2), "NumOfProducts": products,
            "HasCrCard": int(rng.random() < 0.7), "IsActiveMember": active, "EstimatedSalary": round(float(rng.uniform(10_000, 200_000)), 2),
            "Exited": int(left), "Complain": int(left) if rng.random() < 0.995 else 1 - int(left), "Satisfaction Score": int(rng.integers(1, 6)),
            "Card Type": rng.choice(["SILVER", "GOLD", "PLATINUM", "DIAMOND"]), "Point Earned": int(rng.integers(200, 1000)),
        })  # fmt: skip
    return rows


def card_attrition() -> Rows:
    """Credit cards, with the two columns that a classifier left there."""
    rng, rows = _rng(3), []
    for i in range(N):
        contacts, transactions = int(rng.integers(0, 7)), int(rng.integers(10, 140))
        left = _yes(rng, -1 + 0.4 * contacts - 0.03 * (transactions - 60))
        score = float(rng.uniform(0.98, 0.9999) if left else rng.uniform(0.0001, 0.002))
        rows.append({
            "CLIENTNUM": 708_082_083 + 7 * i, "Attrition_Flag": "Attrited Customer" if left else "Existing Customer", "Customer_Age": int(rng.integers(26, 73)),
            "Gender": rng.choice(["M", "F"]), "Dependent_count": int(rng.integers(0, 6)), "Education_Level": rng.choice(["Graduate", "High School", "Unknown"]),
            "Income_Category": rng.choice(["$60K - $80K", "Less than $40K", "$120K +"]), "Card_Category": rng.choice(["Blue", "Gold", "Silver"]),
            "Months_on_book": int(rng.integers(13, 57)), "Total_Relationship_Count": int(rng.integers(1, 7)), "Contacts_Count_12_mon": contacts,
            "Credit_Limit": round(float(rng.uniform(1500, 34_000)), 1), "Total_Trans_Ct": transactions, "Avg_Utilization_Ratio": round(float(rng.random()), 3),
            "Naive_Bayes_Classifier_Attrition_Flag_1": score, "Naive_Bayes_Classifier_Attrition_Flag_2": 1 - score,
        })  # fmt: skip
    return rows


def hillstrom() -> Rows:
    """An experiment with e-mail: who got which was drawn by lot."""
    rng, rows = _rng(4), []
    for _ in range(4 * N):
        mail = rng.choice(["Mens E-Mail", "Womens E-Mail", "No E-Mail"])
        visit = rng.random() < (0.20 if mail == "No E-Mail" else 0.32)
        bought = visit and rng.random() < 0.4
        rows.append({
            "recency": int(rng.integers(1, 13)), "history_segment": rng.choice(["1) $0 - $100", "2) $100 - $200"]), "history": round(float(rng.gamma(2, 120)), 2),
            "mens": int(rng.random() < 0.5), "womens": int(rng.random() < 0.5), "zip_code": rng.choice(["Surburban", "Rural", "Urban"]),
            "newbie": int(rng.random() < 0.5), "channel": rng.choice(["Phone", "Web", "Multichannel"]), "segment": mail,
            "visit": int(visit), "conversion": int(bought), "spend": round(float(rng.gamma(2, 50)), 2) if bought else 0,
        })  # fmt: skip
    return rows


def airline_satisfaction() -> Rows:
    """Passengers who rate services, and say whether they are satisfied."""
    rng, rows = _rng(5), []
    services = ["Inflight wifi service", "Ease of Online booking", "Food and drink", "Online boarding", "Seat comfort", "Inflight entertainment",
                "On-board service", "Baggage handling", "Checkin service", "Cleanliness"]  # fmt: skip
    for i in range(N):
        marks = {name: int(rng.integers(1, 6)) for name in services}
        marks["Inflight wifi service"] = int(rng.integers(0, 6))
        delay = int(rng.exponential(15)) if rng.random() < 0.6 else 0
        happy = _yes(
            rng, 0.7 * (marks["Online boarding"] - 3) + 0.5 * (marks["Seat comfort"] - 3) - 0.02 * delay
        )
        rows.append({
            "id": 100_000 + i * 3, "Gender": rng.choice(["Male", "Female"]), "Customer Type": rng.choice(["Loyal Customer", "disloyal Customer"]),
            "Age": int(rng.integers(7, 85)), "Type of Travel": rng.choice(["Business travel", "Personal Travel"]), "Class": rng.choice(["Business", "Eco", "Eco Plus"]),
            "Flight Distance": int(rng.integers(100, 4000)), **marks, "Departure Delay in Minutes": delay,
            "Arrival Delay in Minutes": max(0, delay + int(rng.normal(0, 5))) if rng.random() < 0.99 else "",
            "satisfaction": "satisfied" if happy else "neutral or dissatisfied",
        })  # fmt: skip
    return rows


def hotel_bookings() -> Rows:
    """Bookings of two hotels, with what became of them."""
    rng, rows = _rng(6), []
    for _ in range(N):
        lead, changes, requests = int(rng.exponential(80)), int(rng.poisson(0.3)), int(rng.poisson(0.6))
        off = _yes(rng, -1 + 0.008 * lead - 0.7 * requests - 0.5 * changes)
        room = rng.choice(["A", "D", "E"])
        rows.append({
            "hotel": rng.choice(["Resort Hotel", "City Hotel"]), "is_canceled": int(off), "lead_time": lead, "arrival_date_year": int(rng.integers(2015, 2018)),
            "arrival_date_month": rng.choice(["July", "August", "May"]), "arrival_date_day_of_month": int(rng.integers(1, 29)), "stays_in_week_nights": int(rng.integers(0, 8)),
            "adults": int(rng.integers(1, 4)), "children": int(rng.integers(0, 3)), "meal": rng.choice(["BB", "HB"]), "country": rng.choice(["PRT", "GBR", "FRA"]),
            "market_segment": rng.choice(["Online TA", "Direct", "Groups"]), "is_repeated_guest": int(rng.random() < 0.05), "previous_cancellations": int(rng.random() < 0.08),
            "reserved_room_type": room, "assigned_room_type": room if rng.random() < 0.8 or off else "D", "booking_changes": changes, "deposit_type": "No Deposit",
            "agent": int(rng.integers(1, 300)), "days_in_waiting_list": int(rng.exponential(20)) if rng.random() < 0.1 else 0, "customer_type": rng.choice(["Transient", "Contract"]),
            "adr": round(float(rng.uniform(40, 220)), 2), "total_of_special_requests": requests,
            "reservation_status": "Canceled" if off else "Check-Out", "reservation_status_date": f"{rng.integers(2015, 2018)}-0{rng.integers(1, 9)}-1{rng.integers(0, 9)}",
        })  # fmt: skip
    return rows


def shipping() -> Rows:
    """Parcels of a web shop."""
    rng, rows = _rng(7), []
    for i in range(N):
        calls, discount, weight = (
            int(rng.integers(2, 8)),
            int(rng.integers(1, 66)),
            int(rng.integers(1000, 7800)),
        )
        late = _yes(rng, -0.5 + 0.03 * discount - 0.1 * calls)
        rows.append({
            "ID": i + 1, "Warehouse_block": rng.choice(list("ABCDF")), "Mode_of_Shipment": rng.choice(["Ship", "Flight", "Road"]), "Customer_care_calls": calls,
            "Customer_rating": int(np.clip(round(4 - 0.5 * late + rng.normal(0, 1)), 1, 5)), "Cost_of_the_Product": int(rng.integers(96, 311)), "Prior_purchases": int(rng.integers(2, 11)),
            "Product_importance": rng.choice(["low", "medium", "high"]), "Gender": rng.choice(["F", "M"]), "Discount_offered": discount, "Weight_in_gms": weight,
            "Reached.on.Time_Y.N": int(not late),
        })  # fmt: skip
    return rows


def hr_attrition() -> Rows:
    """Employees, some of whom left."""
    rng, rows = _rng(8), []
    for i in range(N):
        over, satisfied, distance = rng.random() < 0.3, int(rng.integers(1, 5)), int(rng.integers(1, 30))
        left = _yes(rng, -1.5 + 1.2 * over - 0.5 * (satisfied - 2) + 0.02 * distance)
        rows.append({
            "Age": int(rng.integers(18, 61)), "Attrition": "Yes" if left else "No", "BusinessTravel": rng.choice(["Travel_Rarely", "Travel_Frequently", "Non-Travel"]),
            "Department": rng.choice(["Sales", "Research & Development"]), "DistanceFromHome": distance, "Education": int(rng.integers(1, 6)), "EmployeeCount": 1,
            "EmployeeNumber": 2 * i + 1, "EnvironmentSatisfaction": int(rng.integers(1, 5)), "Gender": rng.choice(["Male", "Female"]), "JobRole": rng.choice(["Manager", "Nurse"]),
            "JobSatisfaction": satisfied, "MonthlyIncome": int(rng.integers(1000, 20_000)), "Over18": "Y", "OverTime": "Yes" if over else "No",
            "PercentSalaryHike": int(rng.integers(11, 26)), "StandardHours": 80, "TotalWorkingYears": int(rng.integers(0, 40)), "TrainingTimesLastYear": int(rng.integers(0, 7)),
            "WorkLifeBalance": int(rng.integers(1, 5)), "YearsSinceLastPromotion": int(rng.integers(0, 15)),
        })  # fmt: skip
    return rows


def insurance() -> Rows:
    """Policies, who renewed them, and claims."""
    rng, rows = _rng(9), []
    for i in range(N):
        days, complaints = round(float(rng.gamma(2, 8)), 1), int(rng.poisson(0.6))
        stays = _yes(rng, 1.6 - 0.05 * days - 0.6 * complaints)
        rows.append({
            "policy_number": f"P{100_000 + i}", "customer_age": int(rng.integers(19, 80)), "state": rng.choice(["OH", "IN", "IL"]), "policy_type": rng.choice(["Auto", "Home"]),
            "monthly_premium": round(float(rng.uniform(40, 300)), 2), "open_complaints": complaints, "claim_settlement_days": days, "sales_channel": rng.choice(["Agent", "Web"]),
            "vehicle_class": rng.choice(["SUV", "Sedan"]), "csat": int(np.clip(round(4.5 - 0.05 * days + rng.normal(0, 0.9)), 1, 5)) if rng.random() < 0.5 else "",
            "status": "Renewed" if stays else rng.choice(["Lapsed", "Cancelled"]), "cancellation_reason": "" if stays else rng.choice(["Price", "Service"]),
            "customer_lifetime_value": round(float(rng.uniform(2000, 20_000)), 2),
        })  # fmt: skip
    return rows


def nps_survey() -> Rows:
    """A survey as SurveyMonkey exports it, with words at the ends of the scale, comments and a flag."""
    rng, rows = _rng(10), []
    for i in range(N):
        wait = int(rng.integers(1, 40))
        nps = int(np.clip(round(9 - 0.12 * wait + rng.normal(0, 1.8)), 0, 10))
        easy = int(np.clip(round(5.5 - 0.07 * wait + rng.normal(0, 1)), 1, 7))
        left = _yes(rng, -1 - 0.3 * (nps - 7))
        rows.append({
            "Respondent ID": 11_800_000_000 + i, "Start Date": f"{rng.integers(13, 28)}.0{rng.integers(1, 7)}.2024 1{rng.integers(0, 9)}:0{rng.integers(0, 9)}",
            "IP Address": f"10.0.{i % 250}.{i // 250}", "Email Address": f"someone{i}@example.org", "wait_minutes": wait,
            "How likely are you to recommend us?": {0: "0 - Not at all likely", 10: "10 - Extremely likely"}.get(nps, str(nps)),
            "How easy was it (effort)?": easy, "Staff were friendly": rng.choice(["Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree"]),
            "Why did you give this score?": f"I waited for {wait} minutes, and number {i} was called" if rng.random() < 0.4 else "",
            "Plan": rng.choice(["Basic", "Plus"]), "churned": int(left),
        })  # fmt: skip
    return rows


def shop() -> dict[str, Rows]:
    """A shop in several tables, as Olist's."""
    rng = _rng(11)
    customers, orders, reviews, payments = [], [], [], []
    people = 350
    for i in range(people):
        customers.append(
            {
                "customer_id": f"c{i:05d}",
                "customer_city": f"city {i % 40}",
                "customer_state": rng.choice(["SP", "RJ", "MG"]),
            }
        )
    start = np.datetime64("2023-01-01T08:00:00")
    for i in range(2 * N):
        bought = start + np.timedelta64(int(rng.integers(0, 700 * 24 * 60)), "m")
        days = float(rng.gamma(4, 2.5))
        arrived = bought + np.timedelta64(int(days * 1440), "m")
        orders.append({
            "order_id": f"o{i:06d}", "customer_id": f"c{rng.integers(0, people):05d}", "order_status": "delivered" if rng.random() < 0.97 else "canceled",
            "order_purchase_timestamp": _instant(bought), "order_delivered_customer_date": _instant(arrived),
            "order_estimated_delivery_date": _instant(bought + np.timedelta64(15, "D")),
        })  # fmt: skip
        if rng.random() < 0.7:
            reviews.append({
                "review_id": f"r{i:06d}", "order_id": f"o{i:06d}", "review_score": int(np.clip(round(5 - 0.15 * days + rng.normal(0, 0.9)), 1, 5)),
                "review_comment_message": f"it came after {days:.1f} days, thank you all" if rng.random() < 0.4 else "",
                "review_answer_timestamp": _instant(arrived + np.timedelta64(int(rng.integers(1, 72)), "h")),
            })  # fmt: skip
        for number in range(1 + (rng.random() < 0.1)):
            payments.append(
                {
                    "order_id": f"o{i:06d}",
                    "payment_sequential": number + 1,
                    "payment_type": rng.choice(["credit_card", "boleto"]),
                    "payment_value": round(float(rng.gamma(2, 60)), 2),
                }
            )
    return {
        "shop_customers_dataset": customers,
        "shop_orders_dataset": orders,
        "shop_order_reviews_dataset": reviews,
        "shop_order_payments_dataset": payments,
    }


ONE_FILE: dict[str, Callable[[], Rows]] = {
    each.__name__: each
    for each in (
        telco_churn, bank_churn, card_attrition, hillstrom, airline_satisfaction, hotel_bookings, shipping, hr_attrition, insurance, nps_survey,
    )
}  # fmt: skip


def write(folder: Path, name: str, rows: Rows) -> Path:
    """A CSV file."""
    file = folder / f"{name}.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file
