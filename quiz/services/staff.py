"""Who runs competitions, and who keeps the questions."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission

ORGANISERS = {
    "competition": ("add", "change", "view"),
    "allowance": ("add", "change", "delete", "view"),
    "attempt": ("change", "view"),
    "appeal": ("change", "view"),
    "dispute": ("change", "view"),
    "case": ("change", "view"),
    "regrade": ("add", "change", "view"),
    "draw": ("add", "change", "view"),
    "certificate": ("change", "view"),
    # They bring questions in; whether a question is good is for those who keep the bank.
    "question": ("add", "view"),
    "questionbank": ("view",),
}
KEEPERS = {
    "question": ("add", "change", "view"),
    "questionbank": ("add", "change", "view"),
    "dispute": ("change", "view"),
}


@transaction.atomic
def make_organisers() -> Group:
    """The group 竞赛组织者: competitions with all that follows from them, and files of questions.

    A group of that name that is there already stays as it is.
    """
    group, made = Group.objects.get_or_create(name=_("竞赛组织者"))
    if made:
        group.permissions.set(_rights(ORGANISERS))
    return group


@transaction.atomic
def make_bank_keepers() -> Group:
    """The group 题库管理员: banks and questions with their pictures and sounds, no competitions.

    A group of that name that is there already stays as it is.
    """
    group, made = Group.objects.get_or_create(name=_("题库管理员"))
    if made:
        group.permissions.set(_rights(KEEPERS))
        root = Collection.get_first_root_node()
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=root, permission=permission)
            for permission in _library()
        )
    return group


def _rights(table: dict[str, tuple[str, ...]]):
    """The rights of `table` (model, verbs), and the door of the admin."""
    names = [f"{verb}_{model}" for model, verbs in table.items() for verb in verbs]
    own = Permission.objects.filter(content_type__app_label="quiz", codename__in=names)
    door = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    return own | door


def _library():
    """What it takes to put a picture or a recording to a question."""
    # Wagtail asks for the rights of its own models, whichever model holds the files.
    names = [f"{verb}_{model}" for model in ("image", "media") for verb in ("add", "choose")]
    apps = ["wagtailimages", "wagtailmedia"]
    return Permission.objects.filter(content_type__app_label__in=apps, codename__in=names)
