"""What crawlers may find, at the addresses that readers use."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import timezone

from cms.models import (
    ChannelPage,
    HonourAward,
    LessonPage,
    NoticePage,
    Person,
    StandardPage,
    StoryPage,
    TopicPage,
    VideoPage,
)
from helpdesk.models import Entry
from quiz.models import Competition
from reading.models import ReadingRoom, Title


class PageSitemap(Sitemap):
    """The public pages of one type."""

    limit = 5000

    def __init__(self, model):
        self.model = model

    def items(self):
        pages = self.model.objects.published().order_by("pk")
        return pages.only("slug", "url_path", "depth", "last_published_at")

    def location(self, item):
        return item.address or item.get_url()

    def lastmod(self, item):
        return item.last_published_at


class PersonSitemap(Sitemap):
    limit = 5000

    def items(self):
        return Person.objects.published().order_by("pk").only("last_published_at")

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


class RowSitemap(Sitemap):
    """The public rows of another app; `rows()` gives them with what their address needs."""

    limit = 5000

    def __init__(self, rows):
        self.rows = rows

    def items(self):
        return self.rows()


def competitions():
    return Competition.objects.published().order_by("pk").only("slug")


def rooms():
    return ReadingRoom.objects.public().order_by("pk").only("pk")


def books():
    return Title.objects.order_by("pk").only("pk")


def answers():
    return Entry.objects.in_force(timezone.localdate()).order_by("pk").only("pk")


class EntrySitemap(Sitemap):
    """The home page and the pages that lead to all others."""

    names = (
        "cms:honours",
        "cms:people",
        "cms:notices",
        "cms:videos",
        "quiz:list",
        "helpdesk:index",
        "reading:index",
        "reading:books",
    )

    def items(self):
        return ["/", *(reverse(name) for name in self.names)]

    def location(self, item):
        return item


SITEMAPS = {
    "entries": EntrySitemap(),
    "channels": PageSitemap(ChannelPage),
    "stories": PageSitemap(StoryPage),
    "videos": PageSitemap(VideoPage),
    "lessons": PageSitemap(LessonPage),
    "topics": PageSitemap(TopicPage),
    "notices": PageSitemap(NoticePage),
    "pages": PageSitemap(StandardPage),
    "people": PersonSitemap(),
    "honours": HonourSitemap(),
    "competitions": RowSitemap(competitions),
    "answers": RowSitemap(answers),
    "rooms": RowSitemap(rooms),
    "books": RowSitemap(books),
}
