"""The register in the admin: the tree of unions, officers' roles, and members."""

from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views.users import IndexView as UserIndexView
from wagtail.users.views.users import UserViewSet

from unions.admin_forms import MemberCreationForm, MemberEditForm, OfficerRoleForm, UnionForm
from unions.models import Member, OfficerRole, Union


class MemberIndexView(UserIndexView):
    """The listing of users with their union; by name, user name or phone."""

    @cached_property
    def columns(self):
        found = super().columns
        return [*found[:3], Column("union", label=_("工会"), accessor="union"), *found[3:]]

    @cached_property
    def search_fields(self):
        return ["display_name", "username", "phone"]

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("union")


class MemberViewSet(UserViewSet):
    """Wagtail's users, with the fields that a member has."""

    model = Member
    index_view_class = MemberIndexView
    template_prefix = "wagtailusers/users/"

    def get_form_class(self, for_update=False):
        return MemberEditForm if for_update else MemberCreationForm


class UnionDeleteView(generic.DeleteView):
    """Deleting a union would take those below along: only a leaf without members may go."""

    def post(self, request, *args, **kwargs):
        union = self.object
        if not union.is_leaf() or union.members.exists():
            messages.error(request, _("还有下级工会或会员，不能删除。请先移走他们。"))
            return redirect(self.index_url_name)
        return super().post(request, *args, **kwargs)


class UnionViewSet(ModelViewSet):
    model = Union
    icon = "group"
    menu_label = _("工会组织")
    ordering = "path"
    list_display = [
        "indented_name",
        "code",
        Column("level", label=_("层级"), accessor="get_level_display", sort_key="level"),
        "member_count",
    ]
    list_per_page = 100
    search_fields = ["name", "short_name", "code"]
    copy_view_enabled = False
    delete_view_class = UnionDeleteView
    add_to_reference_index = False

    def get_form_class(self, for_update=False):
        return UnionForm


class OfficerRoleIndexView(generic.IndexView):
    def get_base_queryset(self):
        return OfficerRole.objects.select_related("member", "union")


class OfficerRoleViewSet(ModelViewSet):
    model = OfficerRole
    icon = "key"
    menu_label = _("管辖角色")
    ordering = ["union__path", "pk"]
    list_display = [
        "member",
        "union",
        Column("role", label=_("角色"), accessor="get_role_display", sort_key="role"),
    ]
    search_fields = ["member__display_name", "member__username", "union__name"]
    copy_view_enabled = False
    index_view_class = OfficerRoleIndexView
    add_to_reference_index = False

    def get_form_class(self, for_update=False):
        return OfficerRoleForm


class RegisterViewSetGroup(ViewSetGroup):
    menu_label = _("工会")
    menu_icon = "group"
    menu_order = 700
    items = (UnionViewSet, OfficerRoleViewSet)
