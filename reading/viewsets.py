"""Admin screens of rooms and books. Loans have none: who read what is nobody else's business."""

from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from reading.models import Holding, ReadingRoom, Title


class DeleteUnusedView(DeleteView):
    """Deletes what nothing hangs on; else says so, as loans and visits must keep their place."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            text = _("%(name)s有借阅或打卡记录，不能删除。书屋可以改为不在网站上显示。")
            messages.error(self.request, text % {"name": self.object})
            return redirect(self.get_success_url())


class ReadingRoomViewSet(ModelViewSet):
    model = ReadingRoom
    icon = "home"
    menu_label = _("书屋")
    list_display = ["name", "union", "number", "is_public"]
    list_filter = ["is_public"]
    search_fields = ["name", "number", "address"]
    copy_view_enabled = False
    delete_view_class = DeleteUnusedView
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name"),
                FieldPanel("union"),
                FieldRowPanel([FieldPanel("number"), FieldPanel("seats")]),
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("keeper"), FieldPanel("phone")]),
                FieldPanel("picture"),
            ],
            heading=_("书屋"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("intro"),
                FieldPanel("rules"),
                FieldPanel("is_public"),
            ],
            heading=_("介绍与规则"),
        ),
        InlinePanel("opening_hours", heading=_("开放时间"), label=_("时段")),
    ]


class TitleViewSet(ModelViewSet):
    model = Title
    icon = "doc-full"
    menu_label = _("书目")
    list_display = ["title", "author", "clc", "isbn", "year"]
    search_fields = ["title", "author", "isbn"]
    copy_view_enabled = False
    delete_view_class = DeleteUnusedView
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldPanel("author"),
                FieldRowPanel([FieldPanel("clc"), FieldPanel("isbn")]),
                FieldRowPanel([FieldPanel("publisher"), FieldPanel("year")]),
                FieldPanel("is_sample"),
            ],
            heading=_("书目"),
        ),
        FieldPanel("summary"),
        FieldPanel("cover"),
    ]


class HoldingViewSet(ModelViewSet):
    """A list of its own: a room owns thousands of books, too many for lines in the room's form."""

    model = Holding
    icon = "list-ul"
    menu_label = _("馆藏")
    list_display = ["title", "room", "copies", "copies_out"]
    search_fields = ["title__title", "title__isbn", "room__name"]
    copy_view_enabled = False
    delete_view_class = DeleteUnusedView
    panels = [FieldPanel("room"), FieldPanel("title"), FieldPanel("copies")]

    def get_common_view_kwargs(self, **kwargs):
        related = Holding.objects.select_related("title", "room")
        return super().get_common_view_kwargs(**{"queryset": related, **kwargs})


class TitleChooserViewSet(ChooserViewSet):
    """Picks a book by searching instead of from a list of all."""

    model = Title
    icon = "doc-full"
    choose_one_text = _("选一本书")
    choose_another_text = _("换一本书")
    edit_item_text = _("编辑书目")


class ReadingRoomChooserViewSet(ChooserViewSet):
    """Picks a room by searching instead of from a list of all."""

    model = ReadingRoom
    icon = "home"
    choose_one_text = _("选一间书屋")
    choose_another_text = _("换一间书屋")
    edit_item_text = _("编辑书屋")


class ReadingViewSetGroup(ModelViewSetGroup):
    menu_label = _("职工书屋")
    menu_icon = "openquote"
    menu_order = 240
    items = (ReadingRoomViewSet, TitleViewSet, HoldingViewSet)
