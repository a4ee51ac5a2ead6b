"""What columns are called: the words that tell what a column is, which way is good, and who owns it."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

_SPLIT = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def words_of(name: str) -> str:
    """A column's name as words in small letters with blanks between and around: 'CustomerServiceCalls' is ' customer service calls '."""
    return f" {' '.join(part.lower() for part in _SPLIT.split(name) if part)} "


def any_of(*stems: str) -> re.Pattern[str]:
    """Finds a word that begins as one of these."""
    return re.compile(rf" (?:{'|'.join(stems)})")


# What each pattern looks for is the beginning of a word; a blank behind it closes the word.
ID = any_of(
    "id ",
    "ids ",
    "key ",
    "uuid ",
    "guid ",
    "code ",
    "number ",
    "num ",
    "no ",
    "nr ",
    "ref ",
    "reference ",
    "row ",
    "index ",
    "unnamed ",
    "serial ",
    r"\w+id ",
    "clientnum ",
)
CUSTOMER = any_of(
    "customers? ",
    "clients? ",
    "cust ",
    "users? ",
    "accounts? ",
    "acct ",
    "respondent",
    "members? ",
    "guests? ",
    "subscribers? ",
    "passengers? ",
    "employees? ",
    "polic(?:y|ies) ",
    "policyholders? ",
    "patients? ",
    "students? ",
    "responses? ",
    "phone ",
    "userid ",
    "customerid ",
    "clientnum ",
)
TIME = any_of(
    "date ",
    "datetime ",
    "time ",
    "timestamp ",
    "at ",
    "day ",
    "recorded",
    "created",
    "submitted",
    "purchased",
    "closed",
    "opened",
    "start ",
    "end ",
)
CALENDAR = re.compile(r" (?:year|month|week|day|quarter)(?: of (?:year|month|week))? (?:number |num |no )?$")
RATED = any_of(
    r"q\d+ ",
    "satisf",
    "csat",
    "rating",
    "rate ",
    "score",
    "nps",
    "recommend",
    "ces ",
    "effort",
    "ease ",
    "stars? ",
    "happ",
    "sentiment",
    "quality",
    "likelihood",
    "service ",
    "experience",
    "agree",
    "work life",
    "friendl",
    "comfort",
    "cleanliness",
    "convenien",
    "entertainment",
    "handling",
    "wifi",
)
NPS = any_of("nps", "recommend", "promoter", "refer a ")
CES = any_of("ces ", "effort", "easy ", "ease ", "customer effort")
OVERALL = any_of(
    "satisf",
    "csat",
    "overall",
    "nps",
    "recommend",
    "review score",
    "happ",
    "sentiment",
    "ces ",
    "customer effort",
    "rating ",
)
MONEY = any_of(
    "price",
    "amount",
    "revenue",
    "charge",
    "spen[dt]",
    "premium",
    "income",
    "salary",
    "wage",
    "(?<!life )balance",
    "cost",
    "fee",
    "fare",
    "paid ",
    "payment value",
    "payment amount",
    "payment total",
    "total amt",
    "bill ",
    "bill amt",
    "adr ",
    "arpu",
    "mrr ",
    "history ",
    "purchase value",
    "purchase amount",
    "refund",
    "freight",
    "monetary",
    "limit",
    "expense",
    "claim value",
    "loss ",
    "credit line",
)
DURATION = any_of(
    "minutes? ",
    "mins? ",
    "hours? ",
    "hrs? ",
    "days? ",
    "weeks? ",
    "months? ",
    "years? ",
    "tenure",
    "duration",
    "delay",
    "wait",
    "lead time",
    "time to",
    "response time",
    "resolution",
    "recency",
    "seconds?",
    "turnaround",
    "latency",
    "handle time",
)
COUNT = any_of(
    "number of",
    "num ",
    "nr ",
    "count",
    "calls",
    "visits",
    "orders",
    "tickets",
    "contacts",
    "products",
    "items",
    "complaints?",
    "bookings",
    "cancellations",
    "changes",
    "requests",
    "visitors",
    "adults",
    "children",
    "babies",
    "nights",
    "dependents",
    "referrals",
    "times ",
    "total trans ct",
    "transactions",
    "purchases",
    "devices",
    "late payments",
    "logins",
)
FREE_TEXT = any_of(
    "comment",
    "verbatim",
    "feedback",
    "review text",
    "review comment",
    "open end",
    "why ",
    "text ",
    "note",
    "message",
    "description",
    "reason text",
    "suggestion",
)
PERSONAL = {
    "email": any_of("e ?mail(?: address)? $", "mail address"),
    "phone": any_of("phone ?number", "telephone", "mobile ?number", "cell ?number", "phone $", "fax "),
    "name": re.compile(r"^ (?:first|last|sur|full|given|family|middle|customer|client|employee|guest|user|contact|maiden|respondent|recipient)? ?name $|^ surname $|^ recipient (?:first|last) name $"),
    "address": any_of("street", "address", "postcode", "postal", "zip ", "zip ?code", "house number", "latitude", "longitude", "lat long", "location latitude", "location longitude"),
    "birth": any_of("birth", "dob "),
    "ip": any_of("ip ?address", "ip $"),
    "other": any_of("ssn ", "social security", "passport", "iban", "credit card", "card number", "external reference"),
}  # fmt: skip

# What became of the customer.
LEFT = any_of(
    "churn",
    "attrition",
    "exited",
    "left ",
    "leave",
    "cancel(?:l?ed|l?ation)?s? ",
    "is cancel",
    "lapsed",
    "closed account",
    "turnover",
    "defect",
    "quit ",
    "terminated",
    "lost customer",
    "dropout",
    "unsubscribed",
)
STAYED = any_of(
    "stay",
    "retain",
    "retention",
    "renew",
    "active ",
    "is active",
    "repurchas",
    "return(?:ed|ing) customer",
    "repeat ",
    "loyal",
    "still customer",
    "is customer",
    "came back",
    "reordered",
    "kept ",
)
BOUGHT = any_of(
    "convert",
    "conversion",
    "purchased ",
    "bought",
    "subscri(?:bed|ption) ",
    "response $",
    "responded",
    "accepted",
    "upsell",
    "cross sell",
    "took offer",
    "deposit $",
    "visit $",
    "spend $",
    "spent after",
    "sale ",
    "reorder",
)
TARGET = re.compile(r"^ (?:y|target|outcome|label|success|result) $")
"""What analysts call a column that says what became of somebody, without saying what."""

KINDS = any_of("type", "subject", "channel", "category", "status", "priority", "group", "reason")
"""Of categories: what kind of thing it was, which nobody does better or worse."""

RECOMMENDED = any_of("referred ", "recommended ", "referral made")
OUTCOME_WORDS = re.compile(
    r"(?i)^(?:churn|stay|active|cancel|renew|left|exit|attrit|lapsed|closed|retain|join|existing|terminat|inactive|departed|gone|current)"
)
LEFT_WORDS = re.compile(
    r"(?i)^(?:churn|cancel|left|exit|attrit|lapsed|closed|terminat|departed|gone|lost|inactive|dropped|non.?renew|not renew|quit)"
)
NEUTRAL_WORDS = re.compile(r"(?i)^(?:join|new|pending|prospect|unknown|n/?a|trial|other|no.?show)")
YES = re.compile(r"(?i)^(?:1|1\.0|yes|y|true|t)$")
NO = re.compile(r"(?i)^(?:0|0\.0|no|n|false|f)$")

CODES = any_of(
    "agent $", "company $", "store $", "branch $", "area code", "zip", "region code", "channel code"
)
"""Numbers that name something and measure nothing."""

THINGS = any_of(
    "order",
    "ticket",
    "payment",
    "shipping",
    "shipment",
    "delivery",
    "case ",
    "invoice",
    "item",
    "claim",
    "reservation",
    "booking",
)
"""What a status may be of, other than a customer."""

AFTERWARDS = any_of(
    "churn", "attrition flag", "attrition", "cltv", "clv ", "ltv ", "life ?time value", "reason", "reservation status", "exit ", "exited", "cancel(?:l?ed|l?ation)? ",
    "risk score", "propensity", "predict", "probabilit", "naive bayes", "segment score", "customer status", "retention offer", "save offer", "termination", "win ?back",
    "last day", "departure date", "end date", "closing", "final ", "refund", "outcome", "total charges", "total revenue", "total refunds", "total extra", "total long distance",
    "assigned room", "deactivat", "offboard", "write off", "collections?", "fraud reported", "review score after", "complain(?:t)? after", "score after", "model ", "prob ",
)  # fmt: skip
"""Columns made after what became of the customer, or of it: scores, reasons, and totals that grow as long as one stays."""

TOTALS = any_of("total charges", "total revenue", "total refunds", "total extra", "total long distance")


class Known(NamedTuple):
    """What the name of an operation tells."""

    better: Literal["lower", "higher"]
    unit: str
    function: str


_OPERATIONS: tuple[tuple[re.Pattern[str], Known], ...] = (
    (any_of("(?:customer )?(?:service|care|support|helpdesk) calls?", "calls? (?:to|made|count)", "customer care", "num(?:ber)? (?:of )?calls", "number customer service"), Known("lower", "calls", "Service")),
    (any_of("contacts? count", "contacts", "tickets?", "complain", "escalat", "incidents?", "issues?"), Known("lower", "", "Service")),
    (any_of("wait", "hold time", "queue", "response time", "first response", "time to (?:respond|answer)", "days in waiting"), Known("lower", "", "Service")),
    (any_of("resol(?:ution|ve)", "handle time", "turnaround", "processing", "days to", "time to", "settlement"), Known("lower", "", "Service")),
    (any_of("deliver(?:y|ed) (?:days|time|delay)", "delay", "late", "shipping (?:days|time)", "days (?:for|to) ship", "overdue"), Known("lower", "", "Logistics")),
    (any_of("outage", "downtime", "drop(?:ped)? calls?", "dropvce", "failure", "defect", "error", "bug", "broken", "damaged", "wrong item", "out of stock"), Known("lower", "", "Operations")),
    (any_of("bandwidth", "speed", "uptime", "on time", "first contact res", "fcr "), Known("higher", "", "Operations")),
    (any_of("discount", "rebate", "voucher", "coupon", "offer ", "loyalty points", "reward"), Known("higher", "", "Marketing")),
    (any_of("e ?mail sent", "campaign", "newsletter", "contacted"), Known("higher", "", "Marketing")),
    (any_of("over ?time", "distance from home", "warehouse to", "business travel", "commute"), Known("lower", "", "Human resources")),
    (any_of("training", "salary hike", "stock option", "promotion last", "pay rise", "mentor"), Known("higher", "", "Human resources")),
    (any_of("years since last promotion", "years in current role", "years with curr"), Known("lower", "years", "Human resources")),
    (any_of("tech(?:nical)? support", "online security", "online backup", "device protection", "premium tech", "protection plan", "warranty"), Known("higher", "", "Product")),
    (any_of("stream", "multiple lines", "unlimited data", "paperless", "auto ?pay", "internet service", "phone service", "app usage", "logins"), Known("higher", "", "Product")),
    (any_of("monthly charges?", "price", "fee", "premium amount", "monthly premium", "rate increase", "price increase", "shipping cost", "freight", "adr ", "monthly charge", "cost of the product"), Known("lower", "", "Pricing")),
    (any_of("onboarding", "follow up", "visits by", "account manager", "check ?in"), Known("higher", "", "Service")),
    (any_of("products? number", "num(?:ber)? of products", "has cr card", "has credit card", "total relationship count"), Known("higher", "", "Product")),
    (any_of("mode of shipment", "shipping mode"), Known("higher", "", "Logistics")),
)  # fmt: skip


def operation_of(name: str) -> Known | None:
    """What the name tells of an operation; None where it does not sound like something that the company does."""
    words = words_of(name)
    return next((known for pattern, known in _OPERATIONS if pattern.search(words)), None)


PEOPLE = any_of(
    "age", "gender", "sex ", "senior", "partner", "dependents?", "married", "marital", "education", "income", "salary", "geograph", "country", "state ", "city ", "region", "county",
    "area ", "tenure", "balance", "credit score", "estimated salary", "married", "children", "household", "ethnic", "occupation", "job role", "job level", "department", "customer type",
    "customer age", "vehicle", "years at company", "total working years", "num companies", "monthly income", "population", "months on book", "zip ", "zip ?code", "channel", "market segment",
    "contract", "payment method", "type of travel", "class ", "plan", "tier", "segment", "flight distance", "weight", "adults", "babies", "meal", "arrival", "lead time", "recency", "history",
    "newbie", "referr", "number of referrals", "credit limit", "policy type", "sales channel", "coverage", "product importance", "prior purchases", "company", "hourly", "daily", "monthly rate",
    "previous", "booking changes", "total of special", "special requests", "repeated",
)  # fmt: skip
"""What customers are, or chose: to be held equal, or to be looked at in segments."""

LIKERT = (
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied", "very satisfied"),
    ("extremely dissatisfied", "somewhat dissatisfied", "neither satisfied nor dissatisfied", "somewhat satisfied", "extremely satisfied"),
    ("very unsatisfied", "unsatisfied", "neutral", "satisfied", "very satisfied"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("very poor", "poor", "fair", "good", "excellent"),
    ("poor", "fair", "good", "very good", "excellent"),
    ("very bad", "bad", "ok", "good", "very good"),
    ("very difficult", "difficult", "neutral", "easy", "very easy"),
    ("very difficult", "difficult", "neither easy nor difficult", "easy", "very easy"),
    ("very unlikely", "unlikely", "neutral", "likely", "very likely"),
    ("never", "rarely", "sometimes", "often", "always"),
)  # fmt: skip


def likert_of(values: tuple[str, ...]) -> dict[str, int] | None:
    """Which number each word stands for, where at least three of a known scale of five occur and nothing else does."""
    lowered = {value.strip().lower(): value for value in values}
    for scale in LIKERT:
        if len(lowered) >= 3 and set(lowered) <= set(scale):
            return {word.capitalize(): place for place, word in enumerate(scale, 1)}
    return None
