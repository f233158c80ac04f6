from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = _("工会与会员")
    default = True


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the fields that a member has."""

    user_viewset = "unions.viewsets.MemberViewSet"
