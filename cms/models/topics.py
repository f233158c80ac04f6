"""Topics: what belongs together, chosen by an editor."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import SectionBlock
from cms.listings import articles, is_article
from cms.models.base import WrittenPage, promote_panels
from media.models import SiteImage


class TopicPage(WrittenPage):
    """An introduction, and under it sections of articles in the editor's order."""

    line = models.CharField(_("一句话介绍"), max_length=100)
    lead_image = models.ForeignKey(
        SiteImage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("头图"),
    )
    sections = StreamField([("section", SectionBlock())], blank=True, verbose_name=_("板块"))

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/topic_page.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("line"),
        FieldPanel("lead_image"),
        FieldPanel("body", heading=_("引言")),
        FieldPanel("sections"),
        FieldPanel("union"),
    ]
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("专题")
        verbose_name_plural = _("专题")

    @property
    def summary(self) -> str:
        return self.search_description or self.line

    @property
    def address(self) -> str:
        return reverse("cms:topic", args=[self.slug]) if self.slug else ""

    @property
    def crumbs(self):
        return [*super().crumbs, (gettext("专题"), "")]

    def shelves(self) -> list[tuple[str, list]]:
        """(title, articles that readers may see) of each section; empty sections are left out."""
        chosen = [
            (section.value["title"], [page.pk for page in section.value["pages"] if page])
            for section in self.sections
        ]
        everything = [pk for _title, keys in chosen for pk in keys]
        public = Page.objects.live().public().filter(is_article(), pk__in=everything)
        found = {page.pk: page for page in articles(list(public.only("pk", "content_type")))}
        shelves = [(title, [found[pk] for pk in keys if pk in found]) for title, keys in chosen]
        return [shelf for shelf in shelves if shelf[1]]

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "shelves": self.shelves()}
