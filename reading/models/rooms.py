"""Rooms, their hours and who came by."""

from datetime import date, datetime

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from media.models import SiteImage
from reading import hours
from unions.models import Member, OfficerRole, Union
from unions.scope import Scope, scope_of


def start_of(day: date) -> datetime:
    """Midnight at the start of a local day, aware."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def per_row(rows: models.QuerySet, value: models.Aggregate) -> Coalesce:
    """`value` over what `rows` joins, for the outer row of the same table; 0 where nothing is.

    One correlated subquery per figure, so that two figures don't multiply each other's joins.
    """
    own = rows.filter(pk=OuterRef("pk")).order_by().values("pk").annotate(n=value).values("n")
    return Coalesce(Subquery(own, output_field=IntegerField()), 0)


def near_by(union: Union, prefix: str = "") -> tuple[Q, Case]:
    """Which rooms are near `union`, and how far each is: steps up the tree from `union` to what it
    shares with the room's union, as far as its city; where it is in no city, all below its top.

    `prefix` is the path to the room.
    """
    path, step = union.path, union.steplen
    above = [path[:end] for end in range(len(path), 0, -step)]
    city = Union.objects.filter(path__in=above, level=Union.Level.CITY).values_list("path")
    top = city.order_by("-path").first()
    within = [found for found in above if len(found) >= len(top[0])] if top else above
    name = f"{prefix}union__path__startswith"
    steps = [When(**{name: found}, then=Value(place)) for place, found in enumerate(within)]
    return Q(**{name: within[-1]}), Case(*steps, output_field=IntegerField())


class ReadingRoomQuerySet(models.QuerySet):
    def public(self) -> "ReadingRoomQuerySet":
        """Rooms shown on the site."""
        return self.filter(is_public=True)

    def of(self, union: Union) -> "ReadingRoomQuerySet":
        """Rooms of `union` and of every union below it."""
        return self.filter(union__path__startswith=union.path)

    def kept_by(self, member: Member) -> "ReadingRoomQuerySet":
        """Rooms over whose union (or one above it) `member` is keeper or officer now."""
        roles = (OfficerRole.Role.KEEPER, OfficerRole.Role.OFFICER)
        paths = {path for role in roles for path in scope_of(member, role).paths}
        return Scope(tuple(sorted(paths))).narrow(self, "union__path")

    def with_todays_activity(self, day: date | None = None) -> "ReadingRoomQuerySet":
        """Adds `check_ins_today` and `loans_this_month` as of the local `day`."""
        day = day or timezone.localdate()
        rooms = ReadingRoom.objects.all()
        visited = rooms.filter(check_ins__day=day)
        lent = rooms.filter(holdings__loans__borrowed_at__gte=start_of(day.replace(day=1)))
        return self.annotate(
            check_ins_today=per_row(visited, Count("check_ins")),
            loans_this_month=per_row(lent, Count("holdings__loans")),
        )

    def with_stock(self) -> "ReadingRoomQuerySet":
        """Adds `titles_held` (books by title) and `copies_held` (by volume)."""
        rooms = ReadingRoom.objects.all()
        return self.annotate(
            titles_held=per_row(rooms, Count("holdings")),
            copies_held=per_row(rooms, Sum("holdings__copies")),
        )

    def for_list(self) -> "ReadingRoomQuerySet":
        """What a list of rooms shows, in a fixed number of statements."""
        return (
            self.public()
            .with_todays_activity()
            .with_stock()
            .select_related("union", "picture")
            .prefetch_related("opening_hours", "picture__renditions")
            .order_by("name", "pk")
        )

    def near(self, union: Union) -> "ReadingRoomQuerySet":
        """Those in the city of `union`, the nearest in the tree first."""
        within, steps = near_by(union)
        return self.filter(within).order_by(steps, "name", "pk")

    def cities(self) -> models.QuerySet:
        """The city unions that have a public room at or below them."""
        rooms = ReadingRoom.objects.public().filter(union__path__startswith=OuterRef("path"))
        return Union.objects.filter(Exists(rooms), level=Union.Level.CITY).order_by("path")


class ReadingRoom(ClusterableModel):
    """A workers' bookhouse (职工书屋), kept by a union."""

    union = models.ForeignKey(
        Union, models.PROTECT, related_name="reading_rooms", verbose_name=_("所属工会")
    )
    name = models.CharField(_("名称"), max_length=60)
    number = models.CharField(_("示范点编号"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=120)
    seats = models.PositiveIntegerField(_("座位"), default=0)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    keeper = models.CharField(
        _("管理员"), max_length=60, blank=True, help_text=_("公开显示的称呼，可以只写岗位。")
    )
    intro = models.TextField(_("简介"), max_length=2000, blank=True)
    rules = models.TextField(_("规则"), max_length=1000, blank=True)
    picture = models.ForeignKey(
        SiteImage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("照片")
    )
    is_public = models.BooleanField(_("在网站上显示"), default=True)
    created_at = models.DateTimeField(_("建档时间"), default=timezone.now, editable=False)

    objects = ReadingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("书屋")
        verbose_name_plural = _("书屋")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="one_room_per_number"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reading:room", args=[self.pk])

    def state_at(self, now: datetime | None = None) -> hours.OpenState:
        """Open or not at `now`; reads `opening_hours`, which a list prefetches."""
        spans = [row.span for row in self.opening_hours.all()]
        return hours.open_state(spans, now or timezone.now())

    @property
    def state(self) -> hours.OpenState:
        return self.state_at()

    @property
    def hours_by_days(self) -> list[tuple[str, str]]:
        """Pairs (days, hours) in words, such as (周一至周五, 07:30–22:00)."""
        name = {day.value: day.label for day in OpeningHours.Weekday}
        return [
            (
                str(name[first])
                if first == last
                else _("%(first)s至%(last)s") % {"first": name[first], "last": name[last]},
                "、".join(map(str, spans)),
            )
            for first, last, spans in hours.by_days(row.span for row in self.opening_hours.all())
        ]


class OpeningHours(models.Model):
    """One span of one weekday; no row for a weekday means closed."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("周一")
        TUESDAY = 2, _("周二")
        WEDNESDAY = 3, _("周三")
        THURSDAY = 4, _("周四")
        FRIDAY = 5, _("周五")
        SATURDAY = 6, _("周六")
        SUNDAY = 7, _("周日")

    room = ParentalKey(ReadingRoom, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday.choices)
    opens = models.TimeField(_("开门"))
    closes = models.TimeField(_("关门"), help_text=_("开到半夜十二点请填 00:00。"))

    class Meta:
        verbose_name = _("开放时间")
        verbose_name_plural = _("开放时间")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["room", "weekday", "opens"], name="one_span_per_room_and_start"
            ),
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7), name="weekday_is_iso"
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes=hours.MIDNIGHT),
                name="room_closes_after_it_opens",
                violation_error_message=_("关门要晚于开门；开到半夜十二点请填 00:00。"),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.span}"

    @property
    def span(self) -> hours.Span:
        return hours.Span(self.weekday, self.opens, self.closes)


class CheckInQuerySet(models.QuerySet):
    def today(self, room: ReadingRoom, member: Member) -> "CheckIn | None":
        """The member's own check-in at `room` on the current local day."""
        return self.filter(room=room, member=member, day=timezone.localdate()).first()


class CheckIn(models.Model):
    """A member came to a room on a day; counted once per member, room and day."""

    room = models.ForeignKey(
        ReadingRoom, models.PROTECT, related_name="check_ins", verbose_name=_("书屋")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="check_ins", verbose_name=_("读者")
    )
    day = models.DateField(_("日期"))
    created_at = models.DateTimeField(_("时间"))

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("打卡")
        verbose_name_plural = _("打卡")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "member", "day"], name="one_check_in_per_room_member_day"
            ),
        ]
        indexes = [models.Index(fields=["day", "room"], name="check_in_day_room")]

    def __str__(self):
        return f"{self.room} {self.day}"
