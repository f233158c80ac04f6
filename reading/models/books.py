"""Books as catalogued, and the copies of them that rooms own."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media.models import SiteImage
from reading import clc, isbn
from reading.models.rooms import ReadingRoom, near_by, per_row
from unions.models import Union


def validate_isbn(value: str) -> None:
    """Refuse what is no ISBN; hyphens and ten digits are understood."""
    try:
        isbn.normalise(value)
    except ValueError:
        raise ValidationError(_("书号的校验位不对，请核对封底的 ISBN。"), code="isbn") from None


def in_line(now: datetime | None = None, prefix: str = "") -> Q:
    """Who waits for a copy at `now`; a hold that was not fetched in time has left the queue."""
    in_time = Q(**{f"{prefix}held_until__isnull": True}) | Q(
        **{f"{prefix}held_until__gt": now or timezone.now()}
    )
    return in_time & Q(**{f"{prefix}ended_at__isnull": True})


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
        queued = Holding.objects.filter(in_line(prefix="reservations__"))
        return self.annotate(waiting=per_row(queued, Count("reservations")))

    def of_title(self, title: Title) -> "HoldingQuerySet":
        """Where a title can be had: rooms with a copy in first."""
        return (
            self.public()
            .filter(title=title)
            .with_waiting()
            .select_related("room__union")
            .order_by(F("copies_out") - F("copies"), "room__name", "pk")
        )

    def on_shelf(self) -> "HoldingQuerySet":
        """Public ones with a copy that is in."""
        return self.public().filter(copies_out__lt=F("copies"))

    def about(self, words: Iterable[str]) -> "HoldingQuerySet":
        """Those whose book has one of `words` in its title or summary; none without a word."""
        found = Q(pk__in=())
        for word in words:
            found |= Q(title__title__icontains=word) | Q(title__summary__icontains=word)
        return self.filter(found)

    def near(self, union: Union) -> "HoldingQuerySet":
        """Those in rooms of the city of `union`, the nearest in the tree first, with the book."""
        within, steps = near_by(union, prefix="room__")
        found = self.filter(within).select_related("title", "room")
        return found.order_by(steps, "title__title", "pk")

    def take_copy(self, pk: int, *, ahead: int) -> bool:
        """Count one copy as lent if more than `ahead` are in; one statement settles a race."""
        free = self.filter(pk=pk, copies_out__lt=F("copies") - ahead)
        return free.update(copies_out=F("copies_out") + 1) == 1

    def give_back(self, pk: int) -> None:
        """Count one copy as in again."""
        self.filter(pk=pk, copies_out__gt=0).update(copies_out=F("copies_out") - 1)


class Holding(models.Model):
    """The copies of a title that a room owns. `copies_out` moves only by the queryset's verbs."""

    room = models.ForeignKey(
        ReadingRoom, models.PROTECT, related_name="holdings", verbose_name=_("书屋")
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
