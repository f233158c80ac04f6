from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig

from unions.tabs import add_tab


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = _("工会与会员")
    default = True

    def ready(self):
        add_tab(route="manage_people", title=_("人员"), place=20)


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the fields that a member has."""

    user_viewset = "unions.viewsets.MemberViewSet"
