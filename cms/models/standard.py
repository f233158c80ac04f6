"""Pages of information: help, privacy, accessibility."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.base import WrittenPage, promote_panels


class StandardPage(WrittenPage):
    """A page that is text and nothing else, at its place in the tree."""

    line = models.CharField(_("一句话介绍"), max_length=100, blank=True)

    parent_page_types = ["cms.HomePage", "cms.StandardPage"]
    subpage_types = ["cms.StandardPage"]
    template = "cms/standard_page.html"
    content_panels = [*Page.content_panels, FieldPanel("line"), FieldPanel("body")]
    promote_panels = promote_panels()

    class Meta:
        verbose_name = _("说明页")
        verbose_name_plural = _("说明页")
