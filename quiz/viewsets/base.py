"""What the editors' screens have in common."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy


class NothingIsDeleted(ModelPermissionPolicy):
    """Old papers and results point to these rows: they are retired, never deleted."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class Titled:
    """A screen whose title says in a Chinese sentence what is done to what."""

    title = ""  # with the place %(model)s for what the row is

    def get_page_title(self):
        return self.title % {"model": self.model._meta.verbose_name}

    def get_header_title(self):
        names = {"title": self.get_page_title(), "row": self.get_page_subtitle()}
        return _("%(title)s：%(row)s") % names if names["row"] else names["title"]


class QuizIndexView(IndexView):
    """A list; `empty_text` is what it says while there is no row that it could show."""

    empty_text = ""

    @cached_property
    def no_results_message(self):
        if self.empty_text and not (self.is_searching or self.is_filtering):
            return self.empty_text
        return super().no_results_message


class QuizCreateView(Titled, CreateView):
    title = gettext_lazy("新建%(model)s")

    def get_page_subtitle(self):
        return ""

    def get_breadcrumbs_items(self):
        *above, last = super().get_breadcrumbs_items()
        return [*above, {**last, "label": self.get_page_title()}]


class QuizEditView(Titled, EditView):
    title = gettext_lazy("编辑%(model)s")


class QuizDeleteView(Titled, DeleteView):
    title = gettext_lazy("删除%(model)s")


class QuizHistoryView(Titled, HistoryView):
    title = gettext_lazy("操作记录")


class QuizViewSet(ModelViewSet):
    """Reached from the menu of competitions; no row is copied."""

    add_to_admin_menu = False
    copy_view_enabled = False
    index_view_class = QuizIndexView
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    delete_view_class = QuizDeleteView
    history_view_class = QuizHistoryView


class LeadColumn(TitleColumn):
    """The column by which a row is opened, by who has `right`; others read the same words."""

    def __init__(self, name, *, right: str = "", **kwargs):
        super().__init__(name, **kwargs)
        self.right = right

    def get_link_url(self, instance, parent_context):
        if self.right and not parent_context["request"].user.has_perm(self.right):
            return None
        return super().get_link_url(instance, parent_context)


class LinkColumn(LeadColumn):
    """A further column that may lead somewhere, in plain type."""

    cell_template_name = "quiz/admin/_link_cell.html"


def kept_rows(formset) -> list[dict]:
    """The rows of an inline formset that will stand after saving, in the editor's order."""
    rows = [form.cleaned_data for form in kept_forms(formset)]
    return sorted(rows, key=lambda row: row.get("ORDER") or 0)


def kept_forms(formset) -> list:
    """The forms of an inline formset that will stand after saving; none while one is wrong."""
    if not formset.is_valid():
        return []
    return [
        form for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]
