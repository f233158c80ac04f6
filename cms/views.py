"""Addresses by id, the honour roll, people, and the member's own page."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cms.forms import HonourRollForm, PeopleForm
from cms.lesson_check import check_of, take
from cms.listings import chosen_year, renditions_of, years_of
from cms.models import (
    BasePage,
    ChannelPage,
    Film,
    HomePage,
    Honour,
    HonourAward,
    HonourList,
    LessonPage,
    NoticeIndexPage,
    NoticePage,
    Person,
    StoryPage,
    TopicPage,
    VideoIndexPage,
    VideoPage,
)
from cms.page_cache import for_visitors
from cms.roll import grouped
from cms.serving import serve
from cms.today import records, todos
from engagement.services import record_view
from quiz.forms import BadEntry
from unions.scope import scope_of

PEOPLE_PER_PAGE = 24
STORIES_PER_PAGE = 12
ROLL_PER_PAGE = 300


def count_view(page: BasePage) -> None:
    """Note that a reader was shown `page`; the one place where views are counted."""
    record_view(page_id=page.pk, union_id=getattr(page, "union_id", None))


@require_safe
@for_visitors
def home(request):
    """The front page; an empty site has none."""
    return serve(request, get_object_or_404(HomePage.objects.live()))


@require_safe
@for_visitors
def channel(request, slug):
    return serve(request, get_object_or_404(ChannelPage.objects.live(), slug=slug))


@require_safe
@for_visitors
def story(request, pk, slug=""):
    """The story; 410 with the date once it is withdrawn (404 where not everyone could read it)."""
    stories = StoryPage.objects.select_related("union", "lead_image").prefetch_related(
        renditions_of("lead_image", "lead", "share")
    )
    found = get_object_or_404(stories, pk=pk)
    if found.withdrawn_on and found.first_published_at and not found.get_view_restrictions():
        return render(request, "cms/withdrawn.html", {"story": found}, status=410)
    if not found.live:
        raise Http404
    return serve(request, found)


@require_safe
@for_visitors
def stories(request):
    """The stories of every column, newest first, by year: where the front page's list goes on."""
    entries = StoryPage.objects.published().newest()
    year = chosen_year(request.GET)
    rows = entries.filter(first_published_at__year=year) if year else entries
    listed = rows.for_lists()
    context = {
        "entries": Paginator(listed, STORIES_PER_PAGE).get_page(request.GET.get("page")),
        "year": year,
        "years": years_of(entries),
        "page": {"address": reverse("cms:stories")},
        "crumbs": [(_("首页"), "/")],
    }
    return render(request, "cms/stories.html", context)


@require_safe
@for_visitors
def video(request, pk):
    return serve(request, _film(VideoPage, pk))


@require_safe
@for_visitors
def lesson(request, pk):
    return serve(request, _film(LessonPage, pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lesson_check(request, pk):
    """The questions of a lesson, answered: a member's answers are kept, a visitor's only judged.

    Members post. Visitors send a plain GET (with `judge`), which needs no token: so the page of
    the lesson, form and all, can be kept for all of them.
    """
    page = _film(LessonPage, pk)
    if not all(rule.accept_request(request) for rule in page.get_view_restrictions()):
        return redirect(page.address)
    posted, member = request.method == "POST", request.user.is_authenticated
    if posted and not member:
        return redirect_to_login(f"{page.address}#check")
    sent = request.POST if posted else request.GET
    if not posted and (member or "judge" not in sent):
        check = check_of(page, request.user)
    else:
        try:
            check = take(page, request.user, sent)
        except BadEntry:
            message = _("表单里有不认识的内容，没有判分。请返回微课重选。")
            return render(request, "problem.html", {"message": message, "status": 400}, status=400)
    if posted and check.answered:
        return redirect(page.check_address)
    context = {"page": page, "check": check, "section": page.section, "crumbs": page.crumbs}
    return render(request, "cms/lesson_check.html", context, status=check.status)


def _film(model: type[Film], pk: int) -> Film:
    films = model.objects.live().select_related("union", "media", "lead_image")
    films = films.prefetch_related(renditions_of("lead_image", "poster", "share"))
    return get_object_or_404(films, pk=pk)


@require_safe
@for_visitors
def topic(request, slug):
    topics = TopicPage.objects.live().select_related("union", "lead_image")
    return serve(request, get_object_or_404(topics, slug=slug))


@require_safe
@for_visitors
def notice(request, pk):
    notices = NoticePage.objects.live().select_related("union")
    return serve(request, get_object_or_404(notices, pk=pk))


@require_safe
@for_visitors
def videos(request):
    return serve(request, get_object_or_404(VideoIndexPage.objects.live()))


@require_safe
@for_visitors
def notices(request):
    return serve(request, get_object_or_404(NoticeIndexPage.objects.live()))


@require_safe
@for_visitors
def people(request):
    """Everyone with a public profile, by name; searchable by name, trade and employer."""
    form = PeopleForm(request.GET)
    rows = form.narrow(Person.objects.published().for_cards().order_by("pinyin", "pk"))
    page = Paginator(rows, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    laomo = (_("劳模工匠"), reverse("cms:channel", args=["laomo"]))
    context = {
        "form": form,
        "page": page,
        "section": "laomo",
        "crumbs": [(_("首页"), "/"), laomo],
    }
    return render(request, "cms/people.html", context)


@require_safe
@for_visitors
def person(request, pk):
    """The profile; 410 without a name once consent is withdrawn."""
    found = get_object_or_404(Person.objects.for_cards(), pk=pk)
    if found.consent_withdrawn_on:
        return render(request, "cms/person_gone.html", status=410)
    if not found.is_public:
        raise Http404
    stories = StoryPage.objects.published().about(found).for_lists().newest()[:6]
    context = {"person": found, "stories": stories, "section": "laomo"}
    return render(request, "cms/person.html", context)


@require_safe
@for_visitors
def honours(request):
    """The honour roll: a year, an honour and words narrow it; without a year the latest."""
    form = HonourRollForm(request.GET)
    return _roll(request, form, form.chosen_year, form.chosen_honour)


@require_safe
@for_visitors
def honour_list(request, year, pk):
    """The list of one honour in one year, at an address of its own."""
    honour = get_object_or_404(Honour, pk=pk)
    form = HonourRollForm({**request.GET.dict(), "year": year, "award": pk})
    known = HonourList.objects.filter(honour=honour, year=year).exists()
    if not known and not HonourAward.objects.public().filter(honour=honour, year=year).exists():
        raise Http404
    return _roll(request, form, year, honour)


def _roll(request, form, year, honour):
    rows = form.narrow(HonourAward.objects.on_the_roll(), year, honour)
    page = Paginator(rows, ROLL_PER_PAGE).get_page(request.GET.get("page"))
    announced = HonourList.objects.select_related("honour").filter(year=year)
    if honour is not None:
        announced = announced.filter(honour=honour)
    context = {
        "form": form,
        "year": year,
        "honour": honour,
        "page": page,
        "groups": grouped(page.object_list),
        "lists": list(announced),
        "section": "honour",
    }
    return render(request, "cms/honours.html", context)


@login_required
@never_cache
@require_safe
def me(request):
    """The member's own page: what to do, and what was done."""
    context = {
        "greeting": greeting(timezone.localtime().hour),
        "todos": todos(request.user),
        "records": records(request.user),
        "has_desk": bool(scope_of(request.user)),
        "section": "me",
    }
    return render(request, "cms/me.html", context)


def greeting(hour: int) -> str:
    """A greeting for a local hour from 0 to 23."""
    if hour < 5:
        return _("夜深了")
    if hour < 11:
        return _("早上好")
    if hour < 13:
        return _("中午好")
    if hour < 18:
        return _("下午好")
    return _("晚上好")


@require_safe
def offline(request):
    return render(request, "cms/offline.html")


@require_safe
def robots(request):
    """What crawlers may visit."""
    return TemplateResponse(request, "cms/robots.txt", content_type="text/plain; charset=utf-8")
