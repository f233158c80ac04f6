from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = "工会与会员"
    default = True


class AdminUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with the fields that a member has."""

    user_viewset = "unions.viewsets.MemberViewSet"
