"""Why a lead ended, by code. Codes are for ever; labels may be rewritten."""

DISQUALIFIED = {
    "no_need": "No need",
    "no_budget": "No budget",
    "no_authority": "Not the one who decides",
    "wrong_fit": "Not our kind of customer",
    "competitor": "Chose a competitor",
    "no_answer": "Could not be reached",
    "duplicate": "Already known",
    "other": "Other",
}
JUNK = {
    "spam": "Spam",
    "fake": "Made-up details",
    "test": "A test",
    "job_seeker": "Looks for a job",
    "vendor": "Sells to us",
    "other": "Other",
}
RECYCLED = {
    "not_now": "Not now",
    "budget_later": "Budget comes later",
    "contract": "Bound by a contract",
    "researching": "Still looking around",
    "other": "Other",
}
LOST = {
    "price": "Price",
    "competitor": "Chose a competitor",
    "no_decision": "No decision",
    "timing": "Timing",
    "product": "Product does not fit",
    "other": "Other",
}
REJECTED = {code: label for code, label in (RECYCLED | DISQUALIFIED).items() if code != "other"} | {"other": "Other"}
"""Why sales does not accept a lead that marketing handed over."""
BY_STEP = {"disqualify": DISQUALIFIED, "junk": JUNK, "recycle": RECYCLED, "lose": LOST}
