"""Admin screens of rooms and books. Loans have none: who read what is nobody else's business."""

from django.db.models import ProtectedError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.views.generic import DeleteView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from reading.models import ReadingRoom, Title


class DeleteUnusedView(DeleteView):
    """Deletes what nothing hangs on; else says so, as loans and visits must keep their place."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError:
            text = _("“%(name)s”还有馆藏或借阅记录，不能删除。书屋可以改为不在网站上显示。")
            messages.error(self.request, text % {"name": self.object})
            return redirect(self.get_success_url())


class ReadingRoomViewSet(ModelViewSet):
    model = ReadingRoom
    icon = "home"
    menu_label = _("书屋")
    list_display = ["name", "union", "number", "is_public"]
    list_filter = ["is_public", "open_check_in"]
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
                FieldPanel("open_check_in"),
                FieldPanel("is_public"),
            ],
            heading=_("介绍与规则"),
        ),
        InlinePanel("opening_hours", heading=_("开放时间"), label=_("时段")),
        InlinePanel(
            "holdings",
            [FieldPanel("title"), FieldPanel("copies")],
            heading=_("馆藏"),
            label=_("书"),
        ),
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


class ReadingViewSetGroup(ModelViewSetGroup):
    menu_label = _("职工书屋")
    menu_icon = "openquote"
    menu_order = 240
    items = (ReadingRoomViewSet, TitleViewSet)
