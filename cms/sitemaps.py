"""What crawlers may find, at the addresses that readers use."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from cms.models import (
    ChannelPage,
    HonourAward,
    NoticePage,
    Person,
    StandardPage,
    StoryPage,
    VideoPage,
)


class PageSitemap(Sitemap):
    """The public pages of one type."""

    limit = 5000

    def __init__(self, model):
        self.model = model

    def items(self):
        return self.model.objects.published().order_by("pk").defer("search_description")

    def location(self, item):
        return item.address or item.get_url()

    def lastmod(self, item):
        return item.last_published_at


class PersonSitemap(Sitemap):
    limit = 5000

    def items(self):
        return Person.objects.published().order_by("pk")

    def location(self, item):
        return item.address

    def lastmod(self, item):
        return item.last_published_at


class HonourSitemap(Sitemap):
    """The list of each honour and year."""

    def items(self):
        return (
            HonourAward.objects.public()
            .order_by("-year", "honour")
            .values_list("year", "honour")
            .distinct()
        )

    def location(self, item):
        return reverse("cms:honour_list", args=item)


class EntrySitemap(Sitemap):
    """The pages that lead to all others."""

    def items(self):
        return ["cms:honours", "cms:people", "cms:notices", "cms:videos"]

    def location(self, item):
        return reverse(item)


SITEMAPS = {
    "entries": EntrySitemap(),
    "channels": PageSitemap(ChannelPage),
    "stories": PageSitemap(StoryPage),
    "videos": PageSitemap(VideoPage),
    "notices": PageSitemap(NoticePage),
    "pages": PageSitemap(StandardPage),
    "people": PersonSitemap(),
    "honours": HonourSitemap(),
}
