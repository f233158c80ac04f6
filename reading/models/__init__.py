"""Rooms, books, who has borrowed what, and who came by."""

from reading.models.books import Holding, HoldingQuerySet, Title, TitleQuerySet
from reading.models.loans import Loan, LoanQuerySet, Reservation, ReservationQuerySet
from reading.models.rooms import (
    CheckIn,
    CheckInQuerySet,
    OpeningHours,
    ReadingRoom,
    ReadingRoomQuerySet,
    start_of,
)

__all__ = [
    "CheckIn",
    "CheckInQuerySet",
    "Holding",
    "HoldingQuerySet",
    "Loan",
    "LoanQuerySet",
    "OpeningHours",
    "ReadingRoom",
    "ReadingRoomQuerySet",
    "Reservation",
    "ReservationQuerySet",
    "Title",
    "TitleQuerySet",
    "start_of",
]
