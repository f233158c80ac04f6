"""Stories, and what they share with videos."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, PageManager

from cms.listings import cards_of, filtered, is_article, renditions_of, years_of
from cms.models.base import BasePage, PublishedQuerySet, WrittenPage, promote_panels
from cms.models.people import Person
from media.models import SiteImage
from unions.models import Union

PER_PAGE = 12
RELATED = 3


class Article(WrittenPage):
    """A story or a video: with a standfirst and a picture, fit for a list."""

    dek = models.CharField(
        _("提要"), max_length=200, blank=True, help_text=_("一两句话，列表和分享时也用。")
    )
    lead_image = models.ForeignKey(
        SiteImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("头图或封面"),
    )
    lead_caption = models.CharField(_("图片说明"), max_length=200, blank=True)
    lead_credit = models.CharField(_("图片来源"), max_length=100, blank=True)
    sample = models.BooleanField(
        _("示例内容"), default=False, help_text=_("人物或单位为虚构时勾选，页面会标明“示例”。")
    )

    lead_panels = [
        FieldPanel("dek"),
        MultiFieldPanel(
            [
                FieldPanel("lead_image"),
                FieldPanel("lead_caption"),
                FieldPanel("lead_credit", help_text=_("留空则用图片库里的来源或作者。")),
            ],
            heading=_("头图"),
        ),
    ]

    class Meta:
        abstract = True

    @property
    def summary(self) -> str:
        return self.search_description or self.dek or super().summary

    @property
    def label(self) -> str:
        """A word above the title in lists; "" for stories."""
        return ""


class ChannelPage(BasePage):
    """A column: its stories, videos and lessons, newest first, by year and publisher."""

    line = models.CharField(_("一句话介绍"), max_length=60, blank=True)

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage", "cms.VideoPage", "cms.LessonPage"]
    template = "cms/channel_page.html"
    content_panels = [*Page.content_panels, FieldPanel("line"), FieldPanel("union")]
    promote_panels = promote_panels()

    SECTIONS = {"laomo": "laomo", "xuexi": "learn"}

    class Meta:
        verbose_name = _("栏目")
        verbose_name_plural = _("栏目")

    @property
    def section(self) -> str:
        return self.SECTIONS.get(self.slug, "")

    @property
    def summary(self) -> str:
        return self.search_description or self.line

    @property
    def address(self) -> str:
        return reverse("cms:channel", args=[self.slug]) if self.slug else ""

    def entries(self):
        """The public stories, videos and lessons as plain pages, newest first."""
        return (
            Page.objects.child_of(self)
            .live()
            .public()
            .filter(is_article())
            .order_by("-first_published_at", "-pk")
        )

    @staticmethod
    def unions_of(entries):
        """The unions whose articles are among `entries`, at most twenty."""
        return Union.objects.filter(
            Q(pk__in=entries.order_by().values("storypage__union"))
            | Q(pk__in=entries.order_by().values("videopage__union"))
            | Q(pk__in=entries.order_by().values("lessonpage__union"))
        ).order_by("path")[:20]

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        entries = self.entries()
        chosen = filtered(entries, request.GET)
        return {
            **context,
            "page_of_entries": cards_of(chosen.rows, request.GET.get("page"), PER_PAGE),
            "chosen": chosen,
            "years": years_of(entries),
            "unions": [(union.pk, union.label) for union in self.unions_of(entries)],
        }


class StoryQuerySet(PublishedQuerySet):
    def published(self) -> "StoryQuerySet":
        """Live, open to everyone and not withdrawn."""
        return super().published().filter(withdrawn_on__isnull=True)

    def for_lists(self) -> "StoryQuerySet":
        """With what a card in a list shows."""
        return (
            self.select_related("union", "lead_image")
            .prefetch_related(renditions_of("lead_image", "thumb"))
            .defer_streamfields()
            .defer("text")
        )

    def with_channel(self) -> "StoryQuerySet":
        """With `channel_title`, the name of the column that holds the story."""
        above = Page.objects.filter(
            path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - Page.steplen)
        )
        return self.annotate(channel_title=Subquery(above.values("title")[:1]))

    def about(self, person: Person) -> "StoryQuerySet":
        """Stories that name `person` in their list of people."""
        return self.filter(people__person=person).distinct()


class StoryPage(Article):
    """A story 报道."""

    once = {"people": "person_id"}

    kicker = models.CharField(_("眉题"), max_length=40, blank=True)
    byline = models.CharField(
        _("署名"), max_length=60, blank=True, help_text=_("如：文：某某 图：某某")
    )
    editor = models.CharField(_("责任编辑"), max_length=40, blank=True)
    source = models.CharField(
        _("转载来源"), max_length=60, blank=True, help_text=_("转载时必填，页面会注明。")
    )
    source_url = models.URLField(_("原文地址"), blank=True)
    correction = models.CharField(
        _("更正说明"), max_length=300, blank=True, help_text=_("何时改了什么，会显示在文末。")
    )
    withdrawn_on = models.DateField(
        _("撤下日期"),
        null=True,
        blank=True,
        help_text=_("填写并发布后，这篇报道不再显示，原地址说明已于何日撤下。"),
    )
    withdrawn_reason = models.CharField(_("撤下说明"), max_length=200, blank=True)

    objects = PageManager.from_queryset(StoryQuerySet)()

    parent_page_types = ["cms.ChannelPage"]
    subpage_types: list[str] = []
    template = "cms/story_page.html"
    section = "laomo"
    content_panels = [
        *Page.content_panels,
        *BasePage.publisher_panels,
        FieldPanel("kicker"),
        *Article.lead_panels,
        FieldPanel("body"),
        InlinePanel("people", heading=_("本文人物"), label=_("人物")),
        MultiFieldPanel(
            [FieldPanel("byline"), FieldPanel("editor"), FieldPanel("correction")],
            heading=_("署名与更正"),
        ),
        MultiFieldPanel(
            [FieldPanel("source"), FieldPanel("source_url")],
            heading=_("转载"),
            classname="collapsed",
        ),
        FieldPanel("sample"),
        MultiFieldPanel(
            [FieldPanel("withdrawn_on"), FieldPanel("withdrawn_reason")],
            heading=_("撤下"),
            classname="collapsed",
        ),
    ]
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("报道")
        verbose_name_plural = _("报道")
        constraints = [
            models.CheckConstraint(
                condition=Q(source_url="") | ~Q(source=""),
                name="story_source_url_needs_a_source",
                violation_error_message=_("填了原文地址，也请写明转载来源。"),
            ),
        ]

    @property
    def address(self) -> str:
        # A preview before the first save has no number yet.
        return reverse("cms:story", args=[self.pk, self.slug]) if self.pk and self.slug else ""

    @property
    def channel(self) -> Page | None:
        """The column that holds this story."""
        return self.get_parent() if self.depth else None

    @property
    def crumbs(self):
        parent = self.channel
        if parent is None:
            return super().crumbs
        return [*super().crumbs, (parent.title, reverse("cms:channel", args=[parent.slug]))]

    def related(self):
        """The newest other stories of the same column."""
        return (
            StoryPage.objects.sibling_of(self, inclusive=False)
            .published()
            .newest()
            .select_related("union")[:RELATED]
        )

    def people_in_body(self) -> set[int]:
        """The keys of those who have a card of their own in the text."""
        people = (block.value["person"] for block in self.body if block.block_type == "person")
        return {person.pk for person in people if person is not None}

    def get_context(self, request, *args, **kwargs):
        carded = self.people_in_body()
        named = [row.person_id for row in self.people.all() if row.person_id not in carded]
        found = Person.objects.published().for_cards().in_bulk(named)
        return {
            **super().get_context(request, *args, **kwargs),
            "people": [found[pk] for pk in named if pk in found],
            "related": self.related() if self.depth else [],
        }


class StoryPerson(Orderable):
    """A person whom a story is about."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="story_rows", verbose_name=_("人物")
    )

    panels = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        verbose_name = _("本文人物")
        verbose_name_plural = _("本文人物")
        constraints = [
            models.UniqueConstraint(fields=["page", "person"], name="one_row_per_story_and_person"),
        ]

    def __str__(self):
        return str(self.person)
