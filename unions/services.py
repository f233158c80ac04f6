"""Writes of the register: the tree, who is an officer where, and the roster."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from unions.models import Member, OfficerRole, Union
from unions.names import GraphemeLimit, clean_name, is_phone, no_phone_inside
from unions.roster import RosterRow
from unions.scope import Scope

BATCH = 400


class RegisterError(Exception):
    """A write was refused; `code` names the reason, the text says it in Chinese."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@transaction.atomic
def add_union(
    *,
    parent: Union | None,
    code: str,
    name: str,
    level: str,
    short_name: str = "",
    industry: str = "",
    member_count: int = 0,
) -> Union:
    """Add a union below `parent` (None: at the top) and return it."""
    union = Union(
        code=code,
        name=name,
        level=level,
        short_name=short_name,
        industry=industry,
        member_count=member_count,
    )
    try:
        union.full_clean(exclude=["path", "depth", "numchild"])
    except ValidationError as error:
        raise RegisterError("invalid", "；".join(error.messages)) from error
    if parent is None:
        return Union.add_root(instance=union)
    return Union.objects.get(pk=parent.pk).add_child(instance=union)


@transaction.atomic
def move_union(*, union: Union, parent: Union) -> Union:
    """Put `union` with everything below it under `parent`; return it as stored.

    Scopes are read from the tree, so the officers of the old parents lose it with the commit.
    """
    union, parent = Union.objects.get(pk=union.pk), Union.objects.get(pk=parent.pk)
    if union.contains(parent):
        raise RegisterError("cycle", _("不能移到它自己或它的下级之下。"))
    union.move(parent, pos="last-child")
    moved = Union.objects.get(pk=union.pk)
    # The tree is moved in SQL; who keeps paths elsewhere listens to saves.
    for each in Union.objects.filter(path__startswith=moved.path):
        each.save(update_fields=["depth"])
    return moved


@transaction.atomic
def grant_role(
    *, member: Member, union: Union, role: str = OfficerRole.Role.OFFICER
) -> OfficerRole:
    """Give `member` a role for `union` and below; a second time changes nothing."""
    if not member.is_active:
        raise RegisterError("inactive", _("这个账号已停用，不能授予角色。"))
    return OfficerRole.objects.get_or_create(member=member, union=union, role=role)[0]


@transaction.atomic
def revoke_role(*, member: Member, union: Union, role: str = OfficerRole.Role.OFFICER) -> bool:
    """Take the role away, with effect from the next request; return whether there was one."""
    gone, _kinds = OfficerRole.objects.filter(member=member, union=union, role=role).delete()
    return bool(gone)


@transaction.atomic
def choose_nickname(*, member: Member, nickname: str) -> Member:
    """Show `member` on boards as `nickname`, "" for the masked name; return the member as stored.

    What is too long, or holds a phone number, is a RegisterError `invalid`.
    """
    try:
        chosen = Member._meta.get_field("nickname").clean(clean_name(nickname), member)
        no_phone_inside(chosen)
    except ValidationError as error:
        raise RegisterError("invalid", error.messages[0]) from error
    stored = Member.objects.get(pk=member.pk)
    stored.nickname = chosen
    stored.save(update_fields=["nickname"])
    return stored


@dataclass(frozen=True)
class RowError:
    """What is wrong with one row of the file."""

    number: int
    message: str


@dataclass
class RosterPlan:
    """What an import would do: members to add, to change, how many stay, and what is wrong."""

    new: list[Member] = field(default_factory=list)
    changed: list[Member] = field(default_factory=list)
    same: int = 0
    errors: list[RowError] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.new) + len(self.changed) + self.same


def plan_roster(*, scope: Scope, rows: Sequence[RosterRow]) -> RosterPlan:
    """What `import_roster` would do with `rows`, without doing it."""
    plan = RosterPlan()
    unions = {union.code: union for union in scope.unions()}
    by_phone = _existing("phone", (row.phone for row in rows))
    by_username = _existing("username", (row.username for row in rows))
    inside = {union.pk for union in unions.values()}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        problem = _problem(row, unions) or _twice(row, seen)
        member = by_username.get(row.username) or by_phone.get(row.phone)
        if not problem and member is not None:
            problem = _foreign(row, member, by_phone.get(row.phone), inside)
        if problem:
            plan.errors.append(RowError(row.number, problem))
        elif member is None:
            plan.new.append(_new(row, unions[row.code]))
        elif _change(member, row, unions[row.code]):
            plan.changed.append(member)
        else:
            plan.same += 1
    return plan


def import_roster(*, scope: Scope, rows: Sequence[RosterRow]) -> RosterPlan:
    """Add and update the members in `rows`; all of them or, with any error, none.

    Key: the user name where one is given, else the phone number. Unions and members outside
    `scope` can't be touched. New members have no usable password until their union sets one.
    A second import of the same rows changes nothing. Raises `RegisterError` with the code
    "conflict" where someone else took a number meanwhile (try again).
    """
    try:
        with transaction.atomic():
            plan = plan_roster(scope=scope, rows=rows)
            if not plan.errors:
                Member.objects.bulk_create(plan.new, batch_size=BATCH)
                Member.objects.bulk_update(
                    plan.changed,
                    ["display_name", "phone", "union", "nickname"],
                    batch_size=BATCH,
                )
    except IntegrityError as error:
        raise RegisterError(
            "conflict", _("名册刚刚被别人改过，这次没有写入。请再导入一次。")
        ) from error
    return plan


def _existing(name: str, values: Iterable[str]) -> dict[str, Member]:
    """Members whose field `name` is one of `values`, by that value."""
    wanted = sorted(set(values) - {""})
    found: dict[str, Member] = {}
    for start in range(0, len(wanted), BATCH):
        for member in Member.objects.filter(**{f"{name}__in": wanted[start : start + BATCH]}):
            found[getattr(member, name)] = member
    return found


def _problem(row: RosterRow, unions: dict[str, Union]) -> str:
    """What is wrong with the row by itself; "" if nothing."""
    if not row.name:
        return _("没有姓名。")
    if not row.phone and not row.username:
        return _("手机号和用户名至少填一项。")
    if row.phone and not is_phone(row.phone):
        return _("手机号不是 11 位：%(phone)s") % {"phone": row.phone[:20]}
    if not row.code:
        return _("没有工会代码。")
    if row.code not in unions:
        return _("工会代码不在您的管辖范围内：%(code)s") % {"code": row.code[:40]}
    checks = [
        (_("姓名"), row.name, Member._meta.get_field("display_name").validators),
        (_("昵称"), row.nickname, [GraphemeLimit(12), no_phone_inside]),
        (_("用户名"), row.username, [UnicodeUsernameValidator(), _user_name_length]),
    ]
    for label, text, validators in checks:
        for validator in validators if text else []:
            try:
                validator(text)
            except ValidationError as error:
                return f"{label}：{error.messages[0]}"
    return ""


def _user_name_length(text: str) -> None:
    if len(text) > 150:
        raise ValidationError(_("最多 150 个字符。"))


def _twice(row: RosterRow, seen: dict[tuple[str, str], int]) -> str:
    """Whether a row before has the same number or name; remembers this one."""
    for kind, value in (("phone", row.phone), ("username", row.username)):
        if value:
            before = seen.setdefault((kind, value), row.number)
            if before != row.number:
                return _("和第 %(number)d 行重复。") % {"number": before}
    return ""


def _foreign(row: RosterRow, member: Member, owner: Member | None, inside: set[int]) -> str:
    """Why an existing member must not be changed by this row; "" if it may."""
    if owner is not None and owner != member:
        return _("这个手机号属于另一个用户名。")
    if member.union_id not in inside:
        return _("这个手机号或用户名不能由您登记，请联系上级工会核对。")
    if member.is_staff or member.is_superuser:
        return _("这是后台账号，请在后台修改。")
    return ""


def _new(row: RosterRow, union: Union) -> Member:
    return Member(
        username=row.username or f"m{secrets.token_hex(6)}",
        phone=row.phone or None,
        display_name=row.name,
        nickname=row.nickname,
        union=union,
        password=make_password(None),
    )


def _change(member: Member, row: RosterRow, union: Union) -> bool:
    """Write the row into `member` (empty cells change nothing); return whether that changes it."""
    before = (member.display_name, member.phone, member.union_id, member.nickname)
    member.display_name = row.name
    member.phone = row.phone or member.phone
    member.union = union
    member.nickname = row.nickname or member.nickname
    return before != (member.display_name, member.phone, member.union_id, member.nickname)
