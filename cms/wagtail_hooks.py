"""What this app adds to Wagtail; the screens themselves are in `viewsets`."""

from django.contrib import messages
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import PageViewRestriction
from wagtail.snippets.models import register_snippet

from cms import views
from cms.choosers import question_chooser
from cms.models import Person
from cms.viewsets import PeopleGroup, RevokedAwardsReport

register_snippet(PeopleGroup)
HIDDEN_MENU_ITEMS = {"help"}


@hooks.register("register_admin_viewset")
def choosers():
    return question_chooser


@hooks.register("insert_global_admin_css")
def our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("admin.css"))


@hooks.register("construct_main_menu")
def without_foreign_items(request, items):
    """Wagtail's help leads to other sites, in English."""
    items[:] = [item for item in items if item.name not in HIDDEN_MENU_ITEMS]


@hooks.register("register_reports_menu_item")
def revoked_awards_item():
    return RevokedItem(
        _("涉及撤销荣誉的页面"), reverse("revoked_awards_report"), icon_name="warning", order=700
    )


@hooks.register("after_publish")
def tell_that_consent_is_missing(request, published):
    """Who publishes a person without consent learns that readers still don't see them."""
    if isinstance(published, Person) and not published.consent:
        text = _(
            "%(name)s还没有同意公开，网站上不显示：勾选“本人书面同意公开”再发布，个人页才会出现。"
        )
        messages.warning(request, text % {"name": published.name})


class RevokedItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("cms.change_honouraward")


@hooks.register("register_admin_urls")
def revoked_awards_urls():
    report = RevokedAwardsReport
    return [
        path("reports/revoked-awards/", report.as_view(), name="revoked_awards_report"),
        path(
            "reports/revoked-awards/results/",
            report.as_view(results_only=True),
            name="revoked_awards_report_results",
        ),
    ]


@hooks.register("on_serve_page", order=100)
def count_what_was_shown(serve_next):
    """Count each page that a reader got to see, by whatever address.

    Innermost, after the check of view restrictions: a form that asks for a password is no view.
    """

    def serve(page, request, args, kwargs):
        response = serve_next(page, request, args, kwargs)
        if response.status_code == 200 and request.method == "GET":
            views.count_view(page)
        return response

    return serve


@hooks.register("on_serve_page", order=-5)
def tell_who_may_see(serve_next):
    """A signed-in member outside the groups learns so, instead of being asked to sign in again."""

    def serve(page, request, args, kwargs):
        if request.user.is_authenticated:
            for restriction in page.get_view_restrictions():
                by_group = restriction.restriction_type == PageViewRestriction.GROUPS
                if by_group and not restriction.accept_request(request):
                    groups = list(restriction.groups.values_list("name", flat=True))
                    return render(request, "cms/members_only.html", {"groups": groups}, status=403)
        return serve_next(page, request, args, kwargs)

    return serve
