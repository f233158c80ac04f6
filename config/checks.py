"""Production safety, as Django system checks."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connection
from django.utils.translation import gettext_lazy as _


@register(Tags.database)
def answers_are_durable(app_configs, databases, **kwargs):
    """SQLite must write through: an answer that the screen calls saved is on disk."""
    if connection.vendor != "sqlite":
        return []
    command = settings.DATABASES["default"]["OPTIONS"].get("init_command", "")
    if "synchronous=FULL" in command:
        return []
    return [Error(_("SQLite 须以 synchronous=FULL 运行。"), id="config.E001")]


@register(Tags.security, deploy=True)
def public_address(app_configs, **kwargs):
    """A public site has its own address, over TLS."""
    if settings.SITE_URL.startswith("https://"):
        return []
    return [Warning(_("SITE_URL 不是 https 地址。"), id="config.W001")]
