"""The editors' screens for wrong keys: one person asks, another confirms, all see how far it is."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.ui.tables import Column
from wagtail.permissions import register_permission_policy

from quiz import services
from quiz.corrections import Key, entered, other_wordings, problem_with, reached
from quiz.errors import QuizError
from quiz.models import Question, QuestionVersion, Regrade
from quiz.notices import drafted
from quiz.pools import versions_of
from quiz.regrade_preview import Preview, preview_of
from quiz.secrecy import shown_questions
from quiz.sheet import LETTERS
from quiz.tasks import run_regrades
from quiz.viewsets.base import NothingIsDeleted, QuizIndexView
from quiz.viewsets.desks import DeskViewSet

register_permission_policy(Regrade, NothingIsDeleted(Regrade), exact_class=True)
may_ask = permission_required("quiz.add_regrade")
may_change = permission_required("quiz.change_regrade")
FOUND_SHOWN = 20
ONE_RIGHT = {Question.Kind.SINGLE, Question.Kind.BOOLEAN}


class CorrectionForm(forms.Form):
    key = forms.TypedMultipleChoiceField(
        label=_("正确答案"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.ChoiceField(
        label=_("已交的答卷怎样计分"), choices=Regrade.Rule.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        help_text=_("得分有变的人在答案公布以后会看到，公告的草稿里也有，不要写出题目和答案。"),
    )

    accepted = forms.CharField(
        label=_("可接受的答案"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一种写法。大小写、全角半角和空格不同的算一种。"),
    )
    others = forms.TypedMultipleChoiceField(
        label=_("也更正这些旧版本"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("题干和答案都与现在不同的旧版本。问的是同一件事才勾选。"),
    )
    field_order = ["key", "accepted", "others", "rule", "reason"]

    def __init__(self, question: Question, *args, **kwargs):
        content = question.current.content
        before = Key.of(content)
        initial = {"key": before.places, "accepted": "\n".join(before.accepted)}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["others"].choices = _wordings(question)
        if not self.fields["others"].choices:
            del self.fields["others"]
        if content["kind"] == Question.Kind.FILL:
            del self.fields["key"]
            return
        del self.fields["accepted"]
        if content["kind"] in ONE_RIGHT:
            self.fields["key"] = forms.TypedChoiceField(
                label=self.fields["key"].label,
                coerce=lambda place: (int(place),),
                widget=forms.RadioSelect,
            )
            self.initial["key"] = next(iter(before.places), None)
        self.fields["key"].choices = [
            (place, f"{letter}. {text}")
            for place, (letter, text) in enumerate(zip(LETTERS, content["options"], strict=False))
        ]

    def clean_accepted(self):
        return self.cleaned_data["accepted"].splitlines()


class NoticeForm(forms.Form):
    notice = forms.CharField(
        label=_("公告"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "显示在有关竞赛的首页；清空即撤下。答案还不能公布时，不要写出题目、答案和更正的原因。"
        ),
    )


def _wordings(question: Question) -> list[tuple[int, str]]:
    """The older versions that a correction reaches only when it names them, to choose from."""
    contents = versions_of(question)
    return [
        (version, _wording(contents[version]))
        for version in other_wordings(contents, question.current_id)
    ]


def _wording(content: dict) -> str:
    key = Key.of(content)
    right = "；".join((*(content["options"][place] for place in key.places), *key.accepted))
    return _("%(stem)s（答案：%(right)s）") % {"stem": content["stem"], "right": right}


def _chosen(request: HttpRequest) -> Question | None:
    wanted = request.GET.get("question", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        return None
    found = Question.objects.filter(current__isnull=False).select_related("current", "bank")
    return get_object_or_404(found, pk=int(wanted))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_ask
def ask(request: HttpRequest) -> HttpResponse:
    """Find the question, then say what is right and how to score."""
    question = _chosen(request)
    if question is None:
        words = request.GET.get("q", "").strip()[:100]
        found = Question.objects.filter(stem__icontains=words, current__isnull=False)
        found = found.select_related("bank").order_by("pk")
        context = {"words": words, "found": found[:FOUND_SHOWN] if words else []}
        return render(request, "quiz/admin/regrade_find.html", context)
    form = CorrectionForm(question, request.POST or None)
    preview, problem = None, ""
    form.fields["reason"].required = not (asks_first := "preview" in request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            if not asks_first:
                made = services.correct_key(question=question, by=request.user, **form.cleaned_data)
                messages.success(request, _("已提出，等另一个人确认。"))
                return redirect("regrade:edit", made.pk)
            preview = _preview(question, form.cleaned_data)
        except QuizError as error:
            problem = error.message
    context = {"question": question, "form": form, "problem": problem, "preview": preview}
    status = 422 if form.is_bound and preview is None else 200
    return render(request, "quiz/admin/regrade_ask.html", context, status=status)


def _preview(question: Question, given: dict) -> Preview:
    """What the correction `given` would change.

    `QuizError` with code bad_key or same_key when it can't be made.
    """
    content, rule, others = question.current.content, given["rule"], given.get("others", ())
    key = entered(content, given.get("key", ()), given.get("accepted", ()))
    if problem := problem_with(content, key):
        raise QuizError("bad_key", problem)
    if not reached(versions_of(question), question.current_id, key, rule, others):
        raise QuizError("same_key")
    return preview_of(question, key, rule, others)


@require_safe
@never_cache
@may_change
def regrade_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: what, by whom, how far, and its notice."""
    return _desk(request, pk)


def _desk(request: HttpRequest, pk: int, problem: str = "") -> HttpResponse:
    found = Regrade.objects.for_lists().select_related("old_version", "question__current")
    regrade = get_object_or_404(found, pk=pk)
    content = regrade.old_version.content
    versions = QuestionVersion.objects.filter(pk__in=regrade.versions).order_by("number")
    contents = [version.content for version in versions]
    asked = regrade.state == Regrade.State.REQUESTED
    shows_key = shown_questions(timezone.now()).filter(pk=regrade.question_id).exists()
    notice = regrade.notice if regrade.notice_at else drafted(regrade, shows_key=shows_key)
    context = {
        "regrade": regrade,
        "stem": content["stem"],
        "lines": _lines(content, contents, regrade),
        "others": [_wording(old) for old in contents if old["stem"] != content["stem"]],
        "preview": _preview_again(regrade) if asked else None,
        "form": NoticeForm(initial={"notice": notice}),
        "shows_key": shows_key,
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "quiz/admin/regrade.html", context, status=status)


def _preview_again(regrade: Regrade) -> Preview:
    """What a correction that waits would change now."""
    return preview_of(regrade.question, regrade.wanted, regrade.rule, others=regrade.versions)


def _lines(content: dict, corrected: list[dict], regrade: Regrade) -> list[tuple[str, bool, bool]]:
    """(option or form, whether right before, whether right now) of the question `content`.

    Before: in one of the `corrected` versions, or in the question itself where it is one of them.
    """
    itself = not corrected or regrade.old_version_id in regrade.versions
    keys, now = [Key.of(old) for old in ([content] if itself else corrected)], regrade.wanted
    if content["kind"] == Question.Kind.FILL:
        before = [form for key in keys for form in key.accepted]
        forms = dict.fromkeys((*before, *now.accepted))
        return [(form, form in before, form in now.accepted) for form in forms]
    places = {place for key in keys for place in key.places}
    return [
        (f"{letter}. {text}", place in places, place in now.places)
        for place, (letter, text) in enumerate(zip(LETTERS, content["options"], strict=False))
    ]


@require_POST
@may_change
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.confirm_regrade(regrade=get_object_or_404(Regrade, pk=pk), by=request.user)
    except QuizError as error:
        return _desk(request, pk, error.message)
    run_regrades.delay()
    messages.success(request, _("已确认，正在重新计分。"))
    return redirect("regrade:edit", pk)


@require_POST
@may_change
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.withdraw_regrade(regrade=get_object_or_404(Regrade, pk=pk), by=request.user)
    except QuizError as error:
        return _desk(request, pk, error.message)
    messages.success(request, _("已撤回。"))
    return redirect("regrade:edit", pk)


@require_POST
@may_change
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _desk(request, pk, str(_("公告太长，没有保存。")))
    regrade = get_object_or_404(Regrade, pk=pk)
    try:
        services.publish_notice(regrade=regrade, text=form.cleaned_data["notice"], by=request.user)
    except QuizError as error:
        return _desk(request, pk, error.message)
    messages.success(request, _("公告已更新。"))
    return redirect("regrade:edit", pk)


class RegradeIndexView(QuizIndexView):
    def get_base_queryset(self):
        return Regrade.objects.for_lists()


def _once_begun(name: str):
    """What a list says of the figure `name`: nothing of a correction that was not confirmed."""
    return lambda regrade: getattr(regrade, name) if regrade.confirmed_at else "—"


class RegradeViewSet(DeskViewSet):
    model = Regrade
    icon = "edit"
    menu_label = _("答案更正")
    index_view_class = RegradeIndexView
    list_display = [
        "__str__",
        Column("question", label=_("题目"), accessor="question"),
        Column("rule", label=_("怎样计分"), accessor="get_rule_display"),
        Column("state", label=_("状态"), accessor="get_state_display"),
        Column("seen", label=_("已看答卷"), accessor=_once_begun("seen"), sort_key="seen"),
        Column("changed", label=_("得分有变"), accessor=_once_begun("changed"), sort_key="changed"),
        "requested_at",
    ]
    list_filter = ["state", "rule"]
    search_fields = ["reason", "question__stem"]
    form_fields = ["reason"]
    desk = regrade_desk
    maker = ask
    steps = (
        path("<int:pk>/confirm/", confirm, name="confirm"),
        path("<int:pk>/withdraw/", withdraw, name="withdraw"),
        path("<int:pk>/notice/", notice, name="notice"),
    )
