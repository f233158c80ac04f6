"""What is written from outside Wagtail's own screens."""

from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
)

from cms.first_pages import (
    CHANNELS,
    EDITORS,
    NOTICES,
    PUBLISHERS,
    SITE_NAME,
    STANDARD_PAGES,
    VIDEOS,
)
from cms.models import (
    ChannelPage,
    HomePage,
    Honour,
    HonourAward,
    HonourList,
    NoticeIndexPage,
    Person,
    StandardPage,
    StoryPage,
    VideoIndexPage,
)
from unions.models import Member

VERBS = ("add", "change")


class CmsError(Exception):
    """A refused write; `code` for programs, the message for people."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@transaction.atomic
def withdraw_story(*, story: StoryPage, reason: str, by: Member) -> None:
    """Take a published story off the site; its address then says when and why (410).

    The latest draft keeps its text and learns of the withdrawal too. Raises `CmsError`
    (`not_live`) for a story that is not public.
    """
    story = StoryPage.objects.select_for_update().get(pk=story.pk)
    if not story.live:
        raise CmsError("not_live", _("这篇报道没有发布，无需撤下。"))
    draft = story.get_latest_revision_as_object()
    draft.withdrawn_on, draft.withdrawn_reason = timezone.localdate(), reason
    draft.save_revision(user=by, changed=False)
    StoryPage.objects.filter(pk=story.pk).update(
        withdrawn_on=draft.withdrawn_on, withdrawn_reason=reason
    )
    StoryPage.objects.get(pk=story.pk).unpublish(user=by)


@transaction.atomic
def revoke_award(*, award: HonourAward, reason: str, on: date | None = None) -> HonourAward:
    """Mark an award as revoked (idempotent): it leaves the roll, the profile and the index."""
    award = HonourAward.objects.select_for_update().get(pk=award.pk)
    if not award.revoked:
        award.revoked, award.revoked_reason = True, reason
        award.revoked_on = on or timezone.localdate()
        award.save()
    return award


@transaction.atomic
def withdraw_consent(*, person: Person, on: date | None = None) -> Person:
    """A person no longer agrees to be shown (idempotent): the profile answers 410 from now on."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.consent or not person.consent_withdrawn_on:
        person.consent = False
        person.consent_withdrawn_on = on or timezone.localdate()
        person.save()
    return person


@transaction.atomic
def set_up_site(*, hostname: str = "localhost", port: int = 80) -> HomePage:
    """Make what a fresh database lacks: site, home, columns, lists, help pages, editor groups.

    Idempotent: what exists is left as editors have made it.
    """
    home = HomePage.objects.first() or _make_home()
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.root_page_id != home.pk:
        site.hostname, site.port, site.site_name = hostname, port, SITE_NAME
        site.root_page = home
        site.save()
        Page.objects.child_of(home.get_parent()).exclude(pk=home.pk).filter(
            numchild=0, content_type__model="page", slug="home"
        ).delete()
    for slug, title, line in CHANNELS:
        if not ChannelPage.objects.filter(slug=slug).exists():
            home.add_child(instance=ChannelPage(title=title, slug=slug, line=line))
    if not NoticeIndexPage.objects.exists():
        home.add_child(instance=NoticeIndexPage(title=NOTICES, slug="notices"))
    if not VideoIndexPage.objects.exists():
        home.add_child(instance=VideoIndexPage(title=VIDEOS, slug="videos"))
    for slug, title, line, body in STANDARD_PAGES:
        if not Page.objects.child_of(home).filter(slug=slug).exists():
            home.add_child(
                instance=StandardPage(title=title, slug=slug, line=line, body=_blocks(body))
            )
    _make_groups(home)
    _settle_workflow()
    return home


def _make_home() -> HomePage:
    root = Page.get_first_root_node()
    # Wagtail's welcome page holds the slug "home" in a fresh database.
    return root.add_child(instance=HomePage(title=SITE_NAME, slug="gongsheng"))


def _blocks(body: list[str]) -> list[tuple[str, str]]:
    """Lines starting with "# " become headings, others paragraphs."""
    return [
        ("heading", line.removeprefix("# "))
        if line.startswith("# ")
        else ("paragraph", f"<p>{line}</p>")
        for line in body
    ]


def _make_groups(home: HomePage) -> None:
    """编辑 writes and keeps the library; 签发 also publishes. Existing groups stay as they are."""
    models = (Person, Honour, HonourAward, HonourList)
    snippets = Permission.objects.filter(
        content_type__app_label="cms",
        codename__in=[f"{verb}_{model._meta.model_name}" for model in models for verb in VERBS],
    )
    admin = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    # Wagtail asks for the rights of its own models, whichever model holds the files.
    library = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs", "wagtailmedia"],
        codename__in=[
            f"{verb}_{model}"
            for model in ("image", "document", "media")
            for verb in ("add", "change", "choose")
        ],
    )
    publish_person = Permission.objects.filter(
        content_type__app_label="cms", codename="publish_person"
    )
    legal = Permission.objects.filter(content_type__app_label="cms", codename="change_sitelegal")
    for name, page_verbs, more in (
        (EDITORS, ["add", "change"], Permission.objects.none()),
        (PUBLISHERS, ["add", "change", "publish", "lock", "unlock"], publish_person | legal),
    ):
        group, made = Group.objects.get_or_create(name=name)
        if not made:
            continue
        group.permissions.add(admin, *snippets, *more)
        for verb in page_verbs:
            GroupPagePermission.objects.create(
                group=group,
                page=home,
                permission=Permission.objects.get(
                    content_type__app_label="wagtailcore", codename=f"{verb}_page"
                ),
            )
        for permission in library:
            GroupCollectionPermission.objects.create(
                group=group, collection=Collection.get_first_root_node(), permission=permission
            )


def _settle_workflow() -> None:
    """Wagtail's first workflow becomes ours: what 编辑 hand in goes to 签发.

    Its English groups go where nobody is in them.
    """
    publishers = Group.objects.get(name=PUBLISHERS)
    for task in GroupApprovalTask.objects.filter(name="Moderators approval"):
        task.name = PUBLISHERS
        task.save()
        task.groups.set([publishers])
    Workflow.objects.filter(name="Moderators approval").update(name=_("签发流程"))
    Group.objects.filter(name__in=["Moderators", "Editors"], user__isnull=True).delete()
