"""The editors' screens for prize draws, step by step, each asked once more."""

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
from quiz.errors import QuizError
from quiz.models import Draw, Win
from quiz.models.draw import MOST_REASON
from quiz.viewsets.base import NothingIsDeleted, QuizIndexView
from quiz.viewsets.desks import DeskViewSet
from quiz.workbooks import saved_as, workbook

register_permission_policy(Draw, NothingIsDeleted(Draw), exact_class=True)
may_add = permission_required("quiz.add_draw")
may_change = permission_required("quiz.change_draw")
MOST_WINNERS = 100_000
NOT_TICKED = _("请先核对，再勾选。")
# Where the form tells what the service refuses; the rest it can't be sent with.
FIELD_OF = {
    "value_due_early": "value_due_at",
    "no_value_named": "named_value",
    "no_prize": "prizes",
    "no_claim_place": "claim_place",
}


class DrawForm(forms.ModelForm):
    """What is announced. The prizes are lines of a name and a number."""

    prizes = forms.CharField(
        label=_("奖项"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("每行一个：名称、空格、名额，如“一等奖 10”。先写的先抽。"),
    )
    sure = forms.BooleanField(
        label=_(
            "已经核对。公布以后，规则、奖项和约定的数值都不能再改；"
            "公布错了，只能在封存奖券以前撤回，另外公布。"
        ),
        error_messages={"required": NOT_TICKED},
    )

    class Meta:
        model = Draw
        fields = [
            "competition",
            "title",
            "rule",
            "minimum_points",
            "prizes",
            "alternates",
            "named_value",
            "value_due_at",
            "claim_days",
            "claim_place",
        ]
        widgets = {
            "named_value": forms.Textarea(attrs={"rows": 3}),
            "value_due_at": forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
            "claim_place": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_prizes(self):
        lines = [line.split() for line in self.cleaned_data["prizes"].splitlines() if line.strip()]
        found = []
        for place, words in enumerate(lines, start=1):
            name, count = " ".join(words[:-1]), words[-1]
            good = count.isascii() and count.isdigit() and 1 <= int(count[:7]) <= MOST_WINNERS
            if not name or len(name) > 60 or not good:
                message = _("第 %(place)d 行要写成：名称、空格、名额。")
                raise forms.ValidationError(message % {"place": place}, code="prize_line")
            found.append(services.PrizeLine(name, int(count)))
        if sum(line.count for line in found) > MOST_WINNERS:
            raise forms.ValidationError(_("名额太多。"), code="too_many")
        return found


class RevealForm(forms.Form):
    public_value = forms.CharField(
        label=_("公开数值"), max_length=200, help_text=_("照公布的写法，一字不差。")
    )


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("撤回的原因"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("公开页上会显示。写明哪里错了、是不是另外公布，最多 200 字。"),
        error_messages={"required": _("请写明撤回的原因，公开页上会显示。")},
    )
    sure = forms.BooleanField(
        label=_("已经核对，要撤回的就是这一次"), error_messages={"required": NOT_TICKED}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_add
def announce(request: HttpRequest) -> HttpResponse:
    """Fill in the rules; the tick of the last box publishes them."""
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in DrawForm.Meta.fields}
        try:
            draw = services.announce_draw(**given, by=request.user)
        except QuizError as error:
            form.add_error(FIELD_OF.get(error.code), error.message)
        else:
            messages.success(request, _("已公布。"))
            return redirect("draw:edit", draw.pk)
    context = {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "quiz/admin/draw_announce.html", context, status=status)


@require_safe
@never_cache
@may_change
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: where it stands, what is next, who won."""
    return _desk(request, get_object_or_404(Draw.objects.for_lists(), pk=pk))


def _desk(request: HttpRequest, draw: Draw, problem: str = "") -> HttpResponse:
    now, by = timezone.now(), request.user
    context = {
        "draw": draw,
        "prizes": draw.prizes.all(),
        "wins": Win.objects.for_lists(draw)[:200],
        "obstacle": services.obstacle_to_freezing(draw=draw, now=now),
        "since": draw.competition.settles_at,
        "order": draw.freeze_orders.order_by("-pk").first(),
        "may_withdraw": not draw.obstacle_to_withdrawal() and by.has_perm("quiz.add_draw"),
        "form": RevealForm(request.POST if problem else None),
        "problem": problem,
        "lapsed": len(services.lapsed_wins(draw, now)) if draw.is_drawn else 0,
        "waiting": draw.wins.waiting().count(),
        "missed": draw.is_missed(now),
        "state": draw.state_at(now),
        "value_is_out": draw.value_is_out(now),
        "now": now,
    }
    status = 422 if problem else 200
    return render(request, "quiz/admin/draw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_add
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """What a withdrawal means, and why it has to be; the tick of the box makes it public."""
    draw = get_object_or_404(Draw.objects.for_lists(), pk=pk)
    if request.method != "POST" and draw.obstacle_to_withdrawal():
        return redirect("draw:edit", pk)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_draw(draw=draw, reason=form.cleaned_data["reason"], by=request.user)
        except QuizError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("已撤回，公开页已写明。"))
            return redirect("draw:edit", pk)
    status = 422 if request.method == "POST" else 200
    context = {"draw": draw, "prizes": draw.prizes.all(), "form": form}
    return render(request, "quiz/admin/draw_withdraw.html", context, status=status)


@require_POST
@may_change
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.for_lists(), pk=pk)
    try:
        services.order_freeze(draw=draw, by=request.user)
    except QuizError as error:
        return _desk(request, draw, error.message)
    messages.success(request, _("已开始封存奖券，封存好了名单就公布。"))
    return redirect("draw:edit", pk)


@require_POST
@may_change
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.for_lists(), pk=pk)
    form = RevealForm(request.POST)
    value = form.cleaned_data["public_value"] if form.is_valid() else ""
    try:
        services.reveal_winners(draw=draw, public_value=value, by=request.user)
    except QuizError as error:
        return _desk(request, draw, error.message)
    messages.success(request, _("已开奖。"))
    return redirect("draw:edit", pk)


@require_POST
@may_change
def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """What the clock does anyway, at once."""
    draw = get_object_or_404(Draw.objects.for_lists(), pk=pk)
    count = services.promote_alternates(draw=draw, by=request.user)
    messages.success(request, _("已递补 %(count)d 人。") % {"count": count})
    return redirect("draw:edit", pk)


@require_safe
@may_change
def winners_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Winners and alternates as a workbook, for whoever hands out the prizes; once drawn."""
    draw = get_object_or_404(Draw.objects.for_lists(), pk=pk, state=Draw.State.DRAWN)
    head = [
        _("次序"),
        _("奖券号"),
        _("奖项"),
        _("会员"),
        _("工会"),
        _("领取截止"),
        _("已登记领取"),
        _("递补"),
    ]
    found = Win.objects.for_lists(draw).select_related("ticket__member__union", "prize")
    lines = [_cells(win) for win in found]
    return saved_as(f"{draw} {_('中奖名单')}", workbook({_("中奖名单"): [head, *lines]}))


def _cells(win: Win) -> list:
    member = win.ticket.member
    return [
        win.place,
        win.ticket.number,
        win.prize.name if win.prize else str(_("候补")),
        member.display_name,
        member.union.name if member.union else "",
        f"{timezone.localtime(win.claim_until):%Y-%m-%d %H:%M}" if win.claim_until else "",
        f"{timezone.localtime(win.claimed_at):%Y-%m-%d %H:%M}" if win.claimed_at else "",
        _moved(win),
    ]


def _moved(win: Win) -> str:
    """Who moved up for whom, by the numbers of their tickets."""
    if win.forfeited_at:
        return _("已放弃，由候补递补")
    return _("递补 %(number)d 号") % {"number": win.replaces.ticket.number} if win.replaces else ""


class DrawIndexView(QuizIndexView):
    def get_base_queryset(self):
        return Draw.objects.for_lists()


class DrawViewSet(DeskViewSet):
    model = Draw
    icon = "pick"
    menu_label = _("抽奖")
    index_view_class = DrawIndexView
    list_display = [
        "title",
        Column("competition", label=_("竞赛"), accessor="competition.title"),
        Column("state", label=_("状态"), accessor="get_state_display"),
        Column("ticket_count", label=_("奖券数")),
    ]
    list_filter = ["state", "competition"]
    search_fields = ["title"]
    form_fields = ["title"]  # what Wagtail asks for; no form is ever made of it
    desk = desk
    maker = announce
    steps = (
        path("<int:pk>/withdraw/", withdraw, name="withdraw"),
        path("<int:pk>/freeze/", freeze, name="freeze"),
        path("<int:pk>/reveal/", reveal, name="reveal"),
        path("<int:pk>/promote/", promote, name="promote"),
        path("<int:pk>/winners.xlsx", winners_file, name="winners"),
    )
