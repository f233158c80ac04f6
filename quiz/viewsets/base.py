"""What the editors' screens have in common."""

from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy


class NothingIsDeleted(ModelPermissionPolicy):
    """Old papers and results point to these rows: they are retired, never deleted."""

    def user_has_permission(self, user, action):
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        return super().user_has_any_permission(user, set(actions) - {"delete"})


class QuizViewSet(ModelViewSet):
    """Reached from the menu of competitions; no row is copied."""

    add_to_admin_menu = False
    copy_view_enabled = False


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
