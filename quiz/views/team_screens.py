"""The teams of a competition, in the admin: invited, filled in by hand or from a file."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.widgets.button import Button

from quiz import boards, services
from quiz.boards import By
from quiz.errors import QuizError
from quiz.models import Competition, Round, Team
from quiz.services.teams import check_roster
from quiz.transfer.teams import Line, read, written
from quiz.workbooks import saved_as
from unions import tables
from unions.choosers import UnionField
from unions.models import Union
from unions.names import clean_name

MOST_INVITED = 200
may_change = permission_required("quiz.change_competition")

# What the form of a competition has of the team round, and a round that is none.
TEAM_PANELS = [
    FieldPanel("for_teams"),
    FieldRowPanel([FieldPanel("team_least"), FieldPanel("team_most"), FieldPanel("team_counts")]),
]
NO_TEAMS = {"for_teams": False, "team_least": None, "team_most": None, "team_counts": None}


def team_buttons(competition: Competition) -> list[Button]:
    """The way from a competition to its teams, where teams play."""
    team_round = competition.team_round
    if team_round is None:
        return []
    label = _("参赛队：%(round)s") % {"round": team_round.label}
    address = reverse("quiz_teams", args=[team_round.pk])
    return [Button(label, url=address, icon_name="group", priority=90)]


class TeamForm(forms.Form):
    """One team as the organisers type it; `lines` are what the service takes."""

    name = forms.CharField(
        label=gettext_lazy("队名"),
        max_length=80,
        error_messages={"required": gettext_lazy("请写队名。")},
    )
    union = UnionField(Union.objects.all(), label=gettext_lazy("代表的工会"))
    members = forms.CharField(
        label=gettext_lazy("队员"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("一行一人，写手机号或用户名；留空就是只邀请，名单以后再填。"),
    )
    captain = forms.CharField(
        label=gettext_lazy("队长"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("写其中一人的手机号或用户名；可以不设。"),
    )

    def clean(self):
        found = super().clean()
        logins = [clean_name(line) for line in found.get("members", "").splitlines()]
        captain = clean_name(found.get("captain", ""))
        if captain and captain not in logins:
            self.add_error("captain", _("队长要是队员之一，和上面写得一样。"))
        if self.is_valid():
            team = (clean_name(found["name"]), found["union"].code)
            rows = [(place, login) for place, login in enumerate(logins, 1) if login]
            self.lines = [
                Line(place, *team, login, bool(captain) and login == captain)
                for place, login in rows or [(1, "")]
            ]
        return found

    @staticmethod
    def values_of(team: Team) -> dict[str, object]:
        """What the form of a stored team begins with."""
        members = team.members.select_related("member")
        captains = [found.member.username for found in members if found.is_captain]
        return {
            "name": team.name,
            "union": team.union_id,
            "members": "\n".join(found.member.username for found in members),
            "captain": captains[0] if captains else "",
        }


class RosterForm(forms.Form):
    """A file of teams; `cleaned_data["file"]` are its lines."""

    file = forms.FileField(
        label=gettext_lazy("名单文件"),
        help_text=gettext_lazy("Excel（.xlsx）或 CSV，一行一名队员。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={
            "required": gettext_lazy("请选择文件。"),
            "empty": gettext_lazy("文件是空的。"),
        },
    )

    def clean_file(self) -> list[Line]:
        upload = self.cleaned_data["file"]
        if upload.size > tables.MAX_FILE:
            raise forms.ValidationError(_("文件超过 10 MB，请分成几份导入。"), code="too_large")
        try:
            return read(upload.read())
        except tables.TableError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


class InviteForm(forms.Form):
    """How many of which board."""

    level = forms.ChoiceField(label=gettext_lazy("哪一级"))
    order = forms.ChoiceField(label=gettext_lazy("按什么排"), choices=By.choices)
    most = forms.IntegerField(
        label=gettext_lazy("前几名"),
        min_value=1,
        max_value=MOST_INVITED,
        help_text=gettext_lazy("末位并列的都算；已经有队的工会不重复。"),
    )

    def __init__(self, data=None, *, levels: list[Union.Level], **kwargs):
        super().__init__(data, **kwargs)
        self.fields["level"].choices = [(level.value, level.label) for level in levels]


def _round_or_404(pk: int) -> Round:
    return get_object_or_404(Round.objects.of_teams(), pk=pk)


def _team_or_404(found: Round, pk: int) -> Team:
    return get_object_or_404(Team.objects.of(found.competition), pk=pk)


def _refusal(found: Round) -> str:
    """Why the teams can't be changed now, or ""."""
    try:
        check_roster(round=found, now=timezone.now())
    except QuizError as error:
        return error.message
    return ""


@require_safe
@never_cache
@may_change
def teams(request: HttpRequest, pk: int) -> HttpResponse:
    """All teams of a round, and what can be done about them."""
    return _list(request, _round_or_404(pk))


def _list(request: HttpRequest, found: Round, form: InviteForm | None = None) -> HttpResponse:
    levels = boards.levels_of(found.competition)
    found_teams = list(Team.objects.of(found.competition))
    context = {
        "round": found,
        "teams": found_teams,
        "people": sum(len(team.members.all()) for team in found_teams),
        "refusal": _refusal(found),
        "invite": form or (InviteForm(levels=levels) if levels else None),
    }
    status = 422 if form else 200
    return render(request, "quiz/admin/teams.html", context, status=status)


@require_POST
@may_change
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """A team for each of the best unions of a board."""
    found = _round_or_404(pk)
    form = InviteForm(request.POST, levels=boards.levels_of(found.competition))
    if not form.is_valid():
        return _list(request, found, form)
    try:
        count = services.invite_unions(round=found, by=request.user, **form.cleaned_data)
    except QuizError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("邀请了 %(count)d 个工会，各建一队。") % {"count": count})
    return redirect("quiz_teams", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_change
def team(request: HttpRequest, pk: int, team_pk: int | None = None) -> HttpResponse:
    """One team, new or stored; what is wrong is told by its line, and nothing typed is lost."""
    found = _round_or_404(pk)
    stored = _team_or_404(found, team_pk) if team_pk else None
    initial = TeamForm.values_of(stored) if stored else {}
    form = TeamForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, found, form, stored):
        messages.success(request, _("“%(name)s”已保存。") % {"name": form.cleaned_data["name"]})
        return redirect("quiz_teams", pk)
    context = {"round": found, "team": stored, "form": form, "refusal": _refusal(found)}
    status = 422 if request.method == "POST" else 200
    return render(request, "quiz/admin/team.html", context, status=status)


def _saved(request: HttpRequest, found: Round, form: TeamForm, stored: Team | None) -> bool:
    """Save what the form says; False with the reasons on the form."""
    try:
        plan = services.save_team(round=found, team=stored, lines=form.lines, by=request.user)
    except QuizError as error:
        form.add_error(None, error.message)
        return False
    for error in plan.errors:
        if error.about_team:
            form.add_error(None, error.message)
        else:
            names = {"number": error.number, "message": error.message}
            form.add_error("members", _("第 %(number)d 行：%(message)s") % names)
    return not plan.errors


@require_POST
@may_change
def team_delete(request: HttpRequest, pk: int, team_pk: int) -> HttpResponse:
    """Take an invitation back."""
    found = _round_or_404(pk)
    stored = _team_or_404(found, team_pk)
    try:
        services.delete_team(round=found, team=stored, by=request.user)
    except QuizError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("“%(name)s”已删除。") % {"name": stored.name})
    return redirect("quiz_teams", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_change
def team_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The teams of a file, all or none; what is wrong is listed by its row."""
    found = _round_or_404(pk)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RosterForm(*posted)
    context = {"round": found, "form": form, "refusal": _refusal(found)}
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.save_teams(
                round=found, lines=form.cleaned_data["file"], by=request.user
            )
        except QuizError as error:
            form.add_error(None, error.message)
        else:
            if not plan.errors:
                return _imported(request, found, plan)
            context["problems"] = plan.errors
    status = 422 if request.method == "POST" else 200
    return render(request, "quiz/admin/team_import.html", context, status=status)


def _imported(request: HttpRequest, found: Round, plan: services.TeamPlan) -> HttpResponse:
    counts = {"new": len(plan.new), "changed": len(plan.changed), "same": plan.same}
    words = _("新增 %(new)d 队，改动 %(changed)d 队，%(same)d 队没有变化。")
    messages.success(request, words % counts)
    return redirect("quiz_teams", found.pk)


@require_safe
@never_cache
@may_change
def teams_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The teams as they stand, in the form that the import takes, with rows to fill in."""
    found = _round_or_404(pk)
    content = written(found, Team.objects.of(found.competition))
    return saved_as(_("参赛队 %(round)s") % {"round": found}, content)


base = "quiz/rounds/<int:pk>/teams"
admin_urls = [
    path(f"{base}/", teams, name="quiz_teams"),
    path(f"{base}/invite/", invite, name="quiz_teams_invite"),
    path(f"{base}/new/", team, name="quiz_team_new"),
    path(f"{base}/import/", team_import, name="quiz_teams_import"),
    path(f"{base}.xlsx", teams_file, name="quiz_teams_file"),
    path(f"{base}/<int:team_pk>/", team, name="quiz_team"),
    path(f"{base}/<int:team_pk>/delete/", team_delete, name="quiz_team_delete"),
]
