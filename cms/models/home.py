"""The front page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from cms.blocks import FiguresBlock
from cms.listings import renditions_of
from cms.models.articles import StoryPage
from cms.models.base import BasePage, promote_panels
from cms.models.notices import NoticePage
from cms.models.people import Person
from cms.today import reading_pick, today_card

STORIES = 5
NOTICES = 4
PORTRAITS = 3


class HomePage(BasePage):
    """Lead story, what to do today, people, notices, stories, a book and numbers."""

    section = "home"

    lead_story = models.ForeignKey(
        StoryPage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("头条报道"),
        help_text=_("留空则用最新一篇有头图的报道。"),
    )
    figures = StreamField(
        [("figures", FiguresBlock())], blank=True, max_num=1, verbose_name=_("数说")
    )

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.ChannelPage",
        "cms.NoticeIndexPage",
        "cms.VideoIndexPage",
        "cms.StandardPage",
        "cms.TopicPage",
    ]
    template = "cms/home_page.html"
    content_panels = [
        *Page.content_panels,
        PageChooserPanel("lead_story", "cms.StoryPage"),
        InlinePanel("portraits", heading=_("他们（首页人物）"), label=_("人物"), max_num=PORTRAITS),
        FieldPanel("figures"),
        FieldPanel("union"),
    ]
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    @property
    def address(self) -> str:
        return "/"

    def lead(self) -> StoryPage | None:
        """The chosen story while readers may see it, else the newest with a picture."""
        stories = StoryPage.objects.published().select_related("union", "lead_image")
        stories = stories.prefetch_related(renditions_of("lead_image", "lead"))
        chosen = stories.filter(pk=self.lead_story_id).first() if self.lead_story_id else None
        return chosen or stories.filter(lead_image__isnull=False).newest().first()

    def people(self) -> list[Person]:
        """The chosen people with a public profile, else the latest published."""
        chosen = [row.person_id for row in self.portraits.all()]
        people = Person.objects.published().for_cards()
        if chosen:
            found = people.in_bulk(chosen)
            listed = [found[pk] for pk in chosen if pk in found]
            if listed:
                return listed
        return list(people.order_by("-first_published_at", "-pk")[:PORTRAITS])

    def get_context(self, request, *args, **kwargs):
        lead = self.lead()
        stories = StoryPage.objects.published().for_lists().newest()
        if lead is not None:
            stories = stories.exclude(pk=lead.pk)
        return {
            **super().get_context(request, *args, **kwargs),
            "crumbs": [],
            "lead": lead,
            "lead_channel": lead.channel if lead else None,
            "people": self.people(),
            "stories": stories[:STORIES],
            "notices": NoticePage.objects.published().newest().for_lists()[:NOTICES],
            "today_card": today_card(request.user),
            "reading_pick": reading_pick(),
        }


class HomePortrait(Orderable):
    """A person chosen for the front page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="portraits")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", verbose_name=_("人物"))

    panels = [FieldPanel("person")]

    class Meta(Orderable.Meta):
        verbose_name = _("首页人物")
        verbose_name_plural = _("首页人物")

    def __str__(self):
        return str(self.person)
