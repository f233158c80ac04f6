"""Rooms, books, who has borrowed what, and who came by."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from media.models import SiteImage
from reading import clc, hours, isbn, lending
from unions.models import Member, OfficerRole, Union
from unions.scope import Scope, scope_of


def start_of(day: date) -> datetime:
    """Midnight at the start of a local day, aware."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def validate_isbn(value: str) -> None:
    """Refuse what is no ISBN; hyphens and ten digits are understood."""
    try:
        isbn.normalise(value)
    except ValueError:
        raise ValidationError(_("书号的校验位不对，请核对封底的 ISBN。"), code="isbn") from None


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
        check_ins = CheckIn.objects.filter(room=OuterRef("pk"), day=day)
        loans = Loan.objects.filter(
            holding__room=OuterRef("pk"), borrowed_at__gte=start_of(day.replace(day=1))
        )
        return self.annotate(
            check_ins_today=count_of(check_ins, "room"),
            loans_this_month=count_of(loans, "holding__room"),
        )

    def with_stock(self) -> "ReadingRoomQuerySet":
        """Adds `titles_held` (books by title) and `copies_held` (by volume)."""
        held = Holding.objects.filter(room=OuterRef("pk")).order_by()
        volumes = held.values("room").annotate(n=Sum("copies")).values("n")
        return self.annotate(
            titles_held=count_of(held, "room"),
            copies_held=Coalesce(Subquery(volumes, output_field=IntegerField()), 0),
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

    def cities(self) -> models.QuerySet:
        """The city unions that have a public room at or below them."""
        rooms = ReadingRoom.objects.public().filter(union__path__startswith=OuterRef("path"))
        return Union.objects.filter(Exists(rooms), level=Union.Level.CITY).order_by("path")


def count_of(rows: models.QuerySet, key: str) -> Coalesce:
    """The number of `rows` per `key` as a correlated subquery; 0 where there are none."""
    counted = rows.order_by().values(key).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


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
    open_check_in = models.BooleanField(
        _("开放打卡"),
        default=False,
        help_text=_("不用扫门口的码，开放时间内点书屋页面的按钮即可打卡。"),
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


class TitleQuerySet(models.QuerySet):
    def with_availability(self, room: ReadingRoom | None = None) -> "TitleQuerySet":
        """Adds `held` and `on_shelf`, counted over `room` or else over all public rooms."""
        shown = Q(holdings__room=room) if room else Q(holdings__room__is_public=True)
        held = Coalesce(Sum("holdings__copies", filter=shown), 0)
        out = Coalesce(Sum("holdings__copies_out", filter=shown), 0)
        return self.annotate(held=held, on_shelf=held - out)

    def for_shelf(self, room: ReadingRoom | None = None) -> "TitleQuerySet":
        """What a shelf of covers shows, newest first, in a fixed number of statements."""
        return (
            self.with_availability(room)
            .select_related("cover")
            .prefetch_related("cover__renditions")
            .order_by("-created_at", "-pk")
        )

    def in_class(self, letter: str) -> "TitleQuerySet":
        """Titles of one base class; a letter that the scheme lacks selects nothing."""
        return self.filter(clc__startswith=letter) if letter in clc.BASE_CLASSES else self.none()

    def held_in(self, room: ReadingRoom) -> "TitleQuerySet":
        """Titles of which `room` owns a copy."""
        return self.filter(Exists(Holding.objects.filter(room=room, title=OuterRef("pk"))))

    def classes(self) -> list[tuple[str, str]]:
        """Pairs (letter, name) of the base classes that occur, in the scheme's order."""
        letters = self.order_by().values_list(Substr("clc", 1, 1), flat=True).distinct()
        return sorted((found, clc.BASE_CLASSES[found]) for found in letters if found)

    def pick_of_the_day(self, day: date) -> "Title | None":
        """One title with a public copy: the same for everyone on `day`, another the next day."""
        lendable = Holding.objects.filter(title=OuterRef("pk"), room__is_public=True, copies__gt=0)
        titles = self.filter(Exists(lendable)).order_by("pk")
        count = titles.count()
        if not count:
            return None
        return titles.for_pick()[day.toordinal() % count : day.toordinal() % count + 1].first()

    def for_pick(self) -> "TitleQuerySet":
        """What the home page shows of a title."""
        return self.with_availability().select_related("cover")


class Title(models.Model):
    """A book as catalogued; copies of it are `Holding`s."""

    title = models.CharField(_("书名"), max_length=200)
    author = models.CharField(_("作者"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("出版年"), null=True, blank=True)
    publisher = models.CharField(_("出版社"), max_length=100, blank=True)
    isbn = models.CharField(
        "ISBN", max_length=20, blank=True, db_index=True, validators=[validate_isbn]
    )
    clc = models.CharField(
        _("中图法分类号"), max_length=20, db_index=True, help_text=_("如 I210、TG44。")
    )
    summary = models.TextField(_("简介"), max_length=3000, blank=True)
    cover = models.ForeignKey(
        SiteImage, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("封面")
    )
    is_sample = models.BooleanField(
        _("示例"), default=False, help_text=_("书目是虚构的，页面上标明。")
    )
    created_at = models.DateTimeField(_("编目时间"), default=timezone.now, editable=False)

    objects = TitleQuerySet.as_manager()

    class Meta:
        verbose_name = _("书目")
        verbose_name_plural = _("书目")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1, year__lte=2999),
                name="title_year_is_plausible",
            ),
        ]

    def __str__(self):
        return f"《{self.title}》"

    def save(self, *args, **kwargs):
        """Store the ISBN as thirteen digits; one that can't be read raises ValueError."""
        if self.isbn:
            self.isbn = isbn.normalise(self.isbn)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("reading:book", args=[self.pk])

    def clean(self):
        self.clc = self.clc.strip().upper()
        if not clc.base_class(self.clc):
            raise ValidationError({"clc": _("分类号要以中图法的大类字母开头，如 I、TG、U。")})

    @property
    def class_name(self) -> str:
        return clc.class_name(self.clc)

    @property
    def base_class(self) -> str:
        return clc.base_class(self.clc)

    @property
    def tone(self) -> str:
        return clc.tone(self.clc)


class HoldingQuerySet(models.QuerySet):
    def public(self) -> "HoldingQuerySet":
        """Copies in rooms that are shown on the site."""
        return self.filter(room__is_public=True)

    def with_waiting(self) -> "HoldingQuerySet":
        """Adds `waiting`: readers in line."""
        queue = Reservation.objects.active().filter(holding=OuterRef("pk"))
        return self.annotate(waiting=count_of(queue, "holding"))

    def of_title(self, title: Title) -> "HoldingQuerySet":
        """Where a title can be had: rooms with a copy in first."""
        return (
            self.public()
            .filter(title=title)
            .with_waiting()
            .select_related("room__union")
            .order_by(F("copies_out") - F("copies"), "room__name", "pk")
        )

    def take_copy(self, pk: int, *, ahead: int) -> bool:
        """Count one copy as lent if more than `ahead` are in; one statement settles a race."""
        free = self.filter(pk=pk, copies_out__lt=F("copies") - ahead)
        return free.update(copies_out=F("copies_out") + 1) == 1

    def give_back(self, pk: int) -> None:
        """Count one copy as in again."""
        self.filter(pk=pk, copies_out__gt=0).update(copies_out=F("copies_out") - 1)


class Holding(models.Model):
    """The copies of a title that a room owns. `copies_out` moves only by the queryset's verbs."""

    room = ParentalKey(
        ReadingRoom, on_delete=models.PROTECT, related_name="holdings", verbose_name=_("书屋")
    )
    title = models.ForeignKey(
        Title, models.PROTECT, related_name="holdings", verbose_name=_("书目")
    )
    copies = models.PositiveIntegerField(_("馆藏册数"), default=1)
    copies_out = models.PositiveIntegerField(_("借出册数"), default=0, editable=False)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("馆藏")
        verbose_name_plural = _("馆藏")
        constraints = [
            models.UniqueConstraint(fields=["room", "title"], name="one_holding_per_room_title"),
            models.CheckConstraint(
                condition=Q(copies_out__gte=0, copies_out__lte=F("copies")),
                name="copies_out_within_copies",
            ),
        ]

    def __str__(self):
        return f"{self.room} {self.title}"

    def save(self, *args, **kwargs):
        """An editor's form was filled a while ago: it must not write back an old `copies_out`."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = {
                field.name for field in self._meta.concrete_fields if not field.primary_key
            } - {"copies_out"}
        super().save(*args, **kwargs)

    def clean(self):
        # The constraint names a field that forms leave out, and so they skip it.
        if self.copies is not None and self.copies < self.copies_out:
            raise ValidationError({"copies": _("馆藏册数不能少于已借出的册数。")})

    @property
    def on_shelf(self) -> int:
        return self.copies - self.copies_out


class LoanQuerySet(models.QuerySet):
    def of(self, member: Member) -> "LoanQuerySet":
        """The member's own loans, newest first, with what a line of the list shows."""
        return (
            self.filter(member=member)
            .select_related("holding__title__cover", "holding__room")
            .order_by("-borrowed_at", "-pk")
        )

    def open_of(self, member: Member) -> "LoanQuerySet":
        """What the member has at home, the first due first; `waiting` counts others in line."""
        return self.of(member).open().with_waiting().order_by("due_on", "pk")

    def open(self) -> "LoanQuerySet":
        return self.filter(returned_at__isnull=True)

    def overdue(self, today: date) -> "LoanQuerySet":
        """Not returned by the end of the due day."""
        return self.open().filter(due_on__lt=today)

    def with_waiting(self) -> "LoanQuerySet":
        """Adds `waiting`: readers in line for the same copies."""
        queue = Reservation.objects.active().filter(holding=OuterRef("holding"))
        return self.annotate(waiting=count_of(queue, "holding"))


class Loan(models.Model):
    """A copy in a reader's hands. Who read what is shown to the reader alone."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="loans", verbose_name=_("读者"))
    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="loans", verbose_name=_("馆藏")
    )
    borrowed_at = models.DateTimeField(_("借出时间"), db_index=True)
    due_on = models.DateField(_("应还日期"))
    renewals = models.PositiveSmallIntegerField(_("续借次数"), default=0)
    returned_at = models.DateTimeField(_("归还时间"), null=True, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("借阅")
        verbose_name_plural = _("借阅")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "holding"],
                condition=Q(returned_at__isnull=True),
                name="one_open_loan_per_member_holding",
            ),
            models.CheckConstraint(
                condition=Q(renewals__lte=lending.MOST_RENEWALS), name="loan_renewed_once_at_most"
            ),
        ]

    def __str__(self):
        return f"{self.holding} {self.due_on}"

    @property
    def is_overdue(self) -> bool:
        return self.returned_at is None and lending.is_overdue(self.due_on, timezone.localdate())

    @property
    def days_left(self) -> int:
        """Days until the due day; negative when late."""
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def refusal(self) -> str:
        """Why it can't be renewed now ("" if it can); needs `with_waiting()`."""
        return lending.refuse_renewal(
            returned=self.returned_at is not None,
            renewals=self.renewals,
            due=self.due_on,
            today=timezone.localdate(),
            waiting=self.waiting,
        )

    @property
    def refusal_text(self) -> str:
        """The refusal in words."""
        return str(lending.MESSAGES[self.refusal]) if self.refusal else ""


class ReservationQuerySet(models.QuerySet):
    def active(self, now: datetime | None = None) -> "ReservationQuerySet":
        """Readers in line at `now`, in order; a hold that was not fetched in time has left it."""
        in_time = Q(held_until__isnull=True) | Q(held_until__gt=now or timezone.now())
        return self.filter(in_time, ended_at__isnull=True).order_by("pk")

    def of(self, member: Member) -> "ReservationQuerySet":
        """The member's places in line, with the `place` of each."""
        ahead = Reservation.objects.active().filter(
            holding=OuterRef("holding"), pk__lt=OuterRef("pk")
        )
        return (
            self.active()
            .filter(member=member)
            .select_related("holding__title", "holding__room")
            .annotate(place=count_of(ahead, "holding") + 1)
        )


class Reservation(models.Model):
    """A place in the queue for a room's copies; earlier rows come first."""

    class Outcome(models.TextChoices):
        BORROWED = "borrowed", _("已借到")
        CANCELLED = "cancelled", _("已取消")
        EXPIRED = "expired", _("逾期未取")

    holding = models.ForeignKey(
        Holding, models.PROTECT, related_name="reservations", verbose_name=_("馆藏")
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="reservations", verbose_name=_("读者")
    )
    created_at = models.DateTimeField(_("预约时间"))
    held_until = models.DateTimeField(_("为其保留到"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=9, choices=Outcome.choices, blank=True)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "holding"],
                condition=Q(ended_at__isnull=True),
                name="one_place_in_line_per_member_holding",
            ),
        ]

    def __str__(self):
        return f"{self.holding} {self.created_at:%Y-%m-%d}"

    def place_in_line(self, now: datetime | None = None) -> int:
        """1 for the next in turn."""
        ahead = Reservation.objects.active(now).filter(holding=self.holding_id, pk__lt=self.pk)
        return ahead.count() + 1


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
