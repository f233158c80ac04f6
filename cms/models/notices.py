"""Circulars and their list."""

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager

from cms.blocks import AttachmentBlock, FactBlock
from cms.listings import chosen_year, years_of
from cms.models.base import BasePage, PublishedQuerySet, WrittenPage, promote_panels

PER_PAGE = 20


class NoticeQuerySet(PublishedQuerySet):
    def open(self) -> "NoticeQuerySet":
        """Notices whose deadline lies ahead."""
        return self.filter(deadline__gt=timezone.now())

    def closed(self) -> "NoticeQuerySet":
        """Notices whose deadline has passed."""
        return self.filter(deadline__lte=timezone.now())

    def in_state(self, state: str) -> "NoticeQuerySet":
        """`open`, `closed`, or all for anything else."""
        return {"open": self.open, "closed": self.closed}.get(state, self.all)()

    def for_lists(self) -> "NoticeQuerySet":
        """With what a row of a list shows."""
        return self.select_related("union").defer("body", "text", "facts", "attachments")


class NoticeIndexPage(BasePage):
    """All notices, newest first, by state and year."""

    section = "notice"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NoticePage"]
    template = "cms/notice_index_page.html"
    content_panels = Page.content_panels
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("公告列表")
        verbose_name_plural = _("公告列表")

    @property
    def address(self) -> str:
        return reverse("cms:notices")

    def get_context(self, request, *args, **kwargs):
        everything = NoticePage.objects.published()
        year = chosen_year(request.GET)
        state = request.GET.get("state", "")
        rows = everything.in_state(state)
        if year:
            rows = rows.filter(first_published_at__year=year)
        pages = Paginator(rows.newest().for_lists(), PER_PAGE)
        return {
            **super().get_context(request, *args, **kwargs),
            "page_of_entries": pages.get_page(request.GET.get("page")),
            "years": years_of(everything),
            "year": year,
            "states": [("open", gettext("进行中")), ("closed", gettext("已截止"))],
            "state": state if state in {"open", "closed"} else "",
        }


class NoticePage(WrittenPage):
    """A notice 通知: who has to do what by when."""

    number = models.CharField(
        _("文号"), max_length=60, blank=True, help_text=_("如：总工发〔2026〕12号")
    )
    facts = StreamField(
        [("fact", FactBlock())],
        blank=True,
        verbose_name=_("要点"),
        help_text=_("谁来做、何时前、怎么办、找谁问。"),
    )
    deadline = models.DateTimeField(_("截止时间"), null=True, blank=True)
    attachments = StreamField(
        [("attachment", AttachmentBlock())], blank=True, verbose_name=_("附件")
    )
    superseded_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("已被此通知取代"),
    )
    sample = models.BooleanField(_("示例内容"), default=False)

    objects = PageManager.from_queryset(NoticeQuerySet)()

    section = "notice"
    parent_page_types = ["cms.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "cms/notice_page.html"
    content_panels = [
        *Page.content_panels,
        *BasePage.publisher_panels,
        MultiFieldPanel([FieldPanel("number"), FieldPanel("deadline")], heading=_("文号与期限")),
        FieldPanel("facts"),
        FieldPanel("body"),
        FieldPanel("attachments"),
        PageChooserPanel("superseded_by", "cms.NoticePage"),
        FieldPanel("sample"),
    ]
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=models.F("page_ptr")),
                name="notice_does_not_supersede_itself",
                violation_error_message=_("通知不能被自己取代。"),
            ),
        ]

    @property
    def address(self) -> str:
        return reverse("cms:notice", args=[self.pk]) if self.pk else ""

    @property
    def crumbs(self):
        return [*super().crumbs, (gettext("公告"), reverse("cms:notices"))]

    @property
    def streams(self):
        return [*super().streams, self.attachments]

    @property
    def state(self) -> str:
        """`superseded`, `open`, `closed`, or "" for a notice without deadline."""
        if self.superseded_by_id:
            return "superseded"
        if self.deadline is None:
            return ""
        return "open" if self.deadline > timezone.now() else "closed"

    @property
    def state_tag(self) -> tuple[str, str]:
        """(words, kind of tag) of the state; empty where there is none."""
        return {
            "superseded": (gettext("已被取代"), "due"),
            "open": (gettext("进行中"), "ok"),
            "closed": (gettext("已截止"), ""),
        }.get(self.state, ("", ""))

    @property
    def days_left(self) -> int:
        """Whole local days until the deadline; 0 on its day, negative after."""
        return (timezone.localdate(self.deadline) - timezone.localdate()).days

    @property
    def successor(self) -> "NoticePage | None":
        """The notice that replaces this one, if readers may see it."""
        if not self.superseded_by_id:
            return None
        return NoticePage.objects.published().filter(pk=self.superseded_by_id).first()
