"""Videos, lessons and their list."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtailmedia.edit_handlers import MediaChooserPanel

from cms.blocks import ChapterBlock
from cms.listings import cards_of, filtered, renditions_of, years_of
from cms.models.articles import PER_PAGE, Article
from cms.models.base import BasePage, PublishedQuerySet, promote_panels
from media.models import SiteMedia
from quiz.models import Question

MOST_QUESTIONS = 3


class VideoQuerySet(PublishedQuerySet):
    def for_lists(self) -> "VideoQuerySet":
        """With what a card in a list shows."""
        return (
            self.select_related("union", "lead_image")
            .prefetch_related(renditions_of("lead_image", "thumb"))
            .defer_streamfields()
            .defer("text")
        )


class VideoIndexPage(BasePage):
    """All videos and lessons, wherever in the tree they stand."""

    section = "learn"
    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.VideoPage", "cms.LessonPage"]
    template = "cms/video_index_page.html"
    content_panels = Page.content_panels
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("视频列表")
        verbose_name_plural = _("视频列表")

    @property
    def address(self) -> str:
        return reverse("cms:videos")

    def get_context(self, request, *args, **kwargs):
        entries = (
            Page.objects.live()
            .public()
            .filter(Q(videopage__isnull=False) | Q(lessonpage__isnull=False))
            .order_by("-first_published_at", "-pk")
        )
        chosen = filtered(entries, request.GET)
        return {
            **super().get_context(request, *args, **kwargs),
            "page_of_entries": cards_of(chosen.rows, request.GET.get("page"), PER_PAGE),
            "chosen": chosen,
            "years": years_of(entries),
        }


class Film(Article):
    """A film with its transcript; without a file, poster and transcript still serve."""

    media = models.ForeignKey(
        SiteMedia,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("视频文件"),
    )
    seconds = models.PositiveIntegerField(
        _("时长（秒）"), null=True, blank=True, help_text=_("留空则用视频文件的时长。")
    )
    chapters = StreamField([("chapter", ChapterBlock())], blank=True, verbose_name=_("章节"))

    objects = PageManager.from_queryset(VideoQuerySet)()

    section = "learn"
    parent_page_types = ["cms.VideoIndexPage", "cms.ChannelPage"]
    subpage_types: list[str] = []
    template = "cms/video_page.html"
    content_panels = [
        *Page.content_panels,
        *BasePage.publisher_panels,
        *Article.lead_panels,
        MultiFieldPanel(
            [MediaChooserPanel("media", media_type="video"), FieldPanel("seconds")],
            heading=_("视频"),
        ),
        FieldPanel("chapters"),
        FieldPanel("body", heading=_("文字稿")),
        FieldPanel("sample"),
    ]
    promote_panels = promote_panels()

    class Meta:
        abstract = True

    @property
    def crumbs(self):
        return [*super().crumbs, (gettext("视频"), reverse("cms:videos"))]

    @property
    def duration(self) -> int:
        """Length in whole seconds; 0 if nobody said."""
        return self.seconds or (round(self.media.duration) if self.media else 0)

    @property
    def length(self) -> str:
        """The length in words, "" if unknown."""
        minutes, seconds = divmod(self.duration, 60)
        if not self.duration:
            return ""
        if not minutes:
            return gettext("%(seconds)d 秒") % {"seconds": seconds}
        return gettext("%(minutes)d 分 %(seconds)02d 秒") % {"minutes": minutes, "seconds": seconds}

    @property
    def label(self) -> str:
        # Lists show the own figure alone: the file's would be a query per row.
        name = str(self._meta.verbose_name)
        return f"{name} {self.length}" if self.seconds else name


class VideoPage(Film):
    """A film to watch."""

    class Meta:
        verbose_name = _("视频")
        verbose_name_plural = _("视频")

    @property
    def address(self) -> str:
        return reverse("cms:video", args=[self.pk]) if self.pk else ""


class LessonPage(Film):
    """A film to learn one thing from, with up to three practice questions on it."""

    once = {"questions": "question_id"}

    goal = models.CharField(
        _("学会什么"), max_length=200, help_text=_("一句话：看完能做成什么、说清什么。")
    )

    template = "cms/lesson_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("goal"),
        *Film.content_panels[len(Page.content_panels) :],
        InlinePanel(
            "questions",
            heading=_("小题"),
            label=_("小题"),
            max_num=MOST_QUESTIONS,
            help_text=_(
                "看完片子答的题，最多三道，可以不设。只能选题库里练习专用、已经发布的选择题和判断题；"
                "题目以后停用或有争议，页面上就不再出现。"
            ),
        ),
    ]

    class Meta:
        verbose_name = _("微课")
        verbose_name_plural = _("微课")

    @property
    def address(self) -> str:
        return reverse("cms:lesson", args=[self.pk]) if self.pk else ""

    @property
    def check_address(self) -> str:
        """Where answers to the questions are sent and shown."""
        return reverse("cms:lesson_check", args=[self.pk]) if self.pk else ""

    @property
    def question_ids(self) -> list[int]:
        """The ids of its questions, in the editor's order, whether or not they may be asked now."""
        return [row.question_id for row in self.questions.all()]

    def clean(self):
        super().clean()
        keys = self.question_ids
        if len(keys) > MOST_QUESTIONS:
            raise ValidationError(_("一节微课最多三道小题。"))
        if len(set(keys)) < len(keys):
            raise ValidationError(_("同一道小题只能选一次。"))


class LessonQuestion(Orderable):
    """A practice question that a lesson asks."""

    page = ParentalKey(LessonPage, on_delete=models.CASCADE, related_name="questions")
    question = models.ForeignKey(
        Question, models.CASCADE, related_name="lesson_rows", verbose_name=_("题目")
    )

    panels = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        verbose_name = _("小题")
        verbose_name_plural = _("小题")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "question"],
                name="one_row_per_lesson_and_question",
                violation_error_message=_("同一道小题只能选一次。"),
            ),
        ]

    def __str__(self):
        return str(self.question)

    def clean(self):
        # One that is only disputed or retired may stay: the page leaves it out meanwhile.
        if self.question_id and not Question.objects.practised().filter(pk=self.question_id):
            raise ValidationError({"question": _("只能选练习专用的选择题或判断题。")})
