"""Bookhouses, books and what stands where."""

from datetime import time, timedelta

from django.utils import timezone

from config.demo.files import rows
from config.demo.loading.pictures import Pictures
from reading.models import Holding, OpeningHours, ReadingRoom, Title
from unions.models import Union


def load(unions: dict[str, Union], picture: Pictures) -> None:
    """Write rooms with their hours, titles and holdings."""
    rooms = {row["key"]: add_room(unions, picture, row) for row in rows("rooms", "room")}
    books = rows("books", "book")
    for place, row in enumerate(books):
        title = Title.objects.create(
            title=row["title"],
            author=row["author"],
            year=row["year"],
            publisher=row["publisher"],
            isbn=row["isbn"],
            clc=row["clc"],
            summary=row["summary"],
            cover=picture(f"c-{row['key']}", f"《{row['title']}》封面"),
            is_sample=row["sample"],
            created_at=timezone.now() - timedelta(days=len(books) - place),
        )
        Holding.objects.bulk_create(
            Holding(room=rooms[held["room"]], title=title, copies=held["copies"])
            for held in row["holdings"]
        )


def add_room(unions: dict[str, Union], picture: Pictures, row: dict) -> ReadingRoom:
    room = ReadingRoom.objects.create(
        union=unions[row["union"]],
        name=row["name"],
        number=row["number"],
        address=row["address"],
        seats=row["seats"],
        phone=row["phone"],
        keeper=row["keeper"],
        intro=row["intro"],
        rules="\n".join(row["rules"]),
        picture=picture(row["picture"], row["picture_alt"]),
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            room=room,
            weekday=hours["weekday"] + 1,  # the content counts from Monday as 0
            opens=time.fromisoformat(hours["opens"]),
            closes=time.fromisoformat(hours["closes"]),
        )
        for hours in row["hours"]
    )
    return room
