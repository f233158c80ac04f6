"""Writes of the desk."""

from helpdesk.services.asking import (
    MOST_ENQUIRIES_A_DAY,
    answer_enquiry,
    note_asking,
    note_enquiry,
)
from helpdesk.services.importing import EntryPlan, import_entries, plan_entries
from helpdesk.services.staff import make_keepers
from helpdesk.services.voting import MOST_VOTES_A_DAY, vote

__all__ = [
    "MOST_ENQUIRIES_A_DAY",
    "MOST_VOTES_A_DAY",
    "EntryPlan",
    "answer_enquiry",
    "import_entries",
    "make_keepers",
    "note_asking",
    "note_enquiry",
    "plan_entries",
    "vote",
]
