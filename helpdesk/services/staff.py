"""Who keeps the desk."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

RIGHTS = {
    "entry": ("add", "change", "delete", "view"),
    "category": ("add", "change", "delete", "view"),
    "enquiry": ("change", "delete", "view"),
}


@transaction.atomic
def make_keepers() -> Group:
    """The group 咨询台 that may enter the admin and keep the desk, nothing else.

    A group of that name that is there already stays as it is.
    """
    group, made = Group.objects.get_or_create(name=_("咨询台"))
    if made:
        names = [f"{verb}_{model}" for model, verbs in RIGHTS.items() for verb in verbs]
        own = Permission.objects.filter(content_type__app_label="helpdesk", codename__in=names)
        door = Permission.objects.filter(
            content_type__app_label="wagtailadmin", codename="access_admin"
        )
        group.permissions.set(own | door)
    return group
