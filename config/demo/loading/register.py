"""Unions in three levels and two hundred members."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from config.demo.files import rows
from config.demo.logins import PASSWORD
from quiz.services import make_bank_keepers, make_organisers
from unions.models import Member, OfficerRole, Union
from unions.services import add_union, grant_role


def load() -> dict[str, Union]:
    """Write unions and members; return the unions by code."""
    unions: dict[str, Union] = {}
    for row in rows("unions", "union"):
        unions[row["code"]] = add_union(
            parent=unions.get(row.get("parent", "")),
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            industry=row["industry"],
            member_count=row["member_count"],
        )
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    unusable = make_password(None)
    for row in rows("members", "member"):
        member = Member(
            username=row["username"],
            display_name=row["display_name"],
            nickname=row.get("nickname", ""),
            union=unions[row["union"]],
            password=password if row.get("demo") else unusable,
        )
        member.save()
        if row.get("role_on"):
            grant_role(
                member=member,
                union=unions[row["role_on"]],
                role=row.get("role", OfficerRole.Role.OFFICER),
            )
    return {union.code: union for union in Union.objects.all()}


def make_staff() -> None:
    """Let the demo's editor write and publish, and two people run competitions.

    What takes two persons needs the second one: who reviews also keeps the bank.
    """
    editor = Member.objects.get(username="editor")
    editor.groups.set(Group.objects.filter(name__in=["编辑", "签发"]))
    organisers, keepers = make_organisers(), make_bank_keepers()
    Member.objects.get(username="organiser").groups.add(organisers)
    Member.objects.get(username="reviewer").groups.add(organisers, keepers)
