"""News feeds: the whole site and each column."""

from django.contrib.syndication.views import Feed
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.models import ChannelPage, StoryPage

ITEMS = 30


class SiteFeed(Feed):
    """The newest stories of all columns."""

    title = _("工声：最新报道")
    link = "/"
    description = _("省总工会融媒体中心的最新报道")
    language = "zh-cn"

    def items(self, obj):
        return StoryPage.objects.published().newest().select_related("union")[:ITEMS]

    def item_title(self, item):
        return item.title

    def item_description(self, item):
        return item.summary

    def item_link(self, item):
        return item.address

    def item_pubdate(self, item):
        return item.first_published_at

    def item_updateddate(self, item):
        return item.last_published_at

    def item_author_name(self, item):
        return item.union.name if item.union else ""


class ChannelFeed(SiteFeed):
    """The newest stories of one column."""

    def get_object(self, request, slug):
        return get_object_or_404(ChannelPage.objects.published(), slug=slug)

    def title(self, obj):
        return gettext("工声 · %(title)s") % {"title": obj.title}

    def link(self, obj):
        return obj.address

    def description(self, obj):
        return obj.summary or obj.title

    def items(self, obj):
        return StoryPage.objects.child_of(obj).published().newest().select_related("union")[:ITEMS]
