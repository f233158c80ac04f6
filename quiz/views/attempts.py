"""An attempt: start, questions, saving, handing in, result."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quiz import boards, forms, services
from quiz.display import clock
from quiz.errors import MESSAGES, QuizError
from quiz.exhibits import exhibits_of
from quiz.models import Appeal, Attempt, Certificate
from quiz.pools import contents_of, most_points
from quiz.preview import Specimen
from quiz.review import review_of, with_disputes
from quiz.secrecy import may_show_key
from quiz.sheet import Sheet, sheet_of
from quiz.situation import READY, RESUME, situation_of
from quiz.views import queue
from quiz.views.competitions import crumbs, published_or_404, round_or_404

ATTEMPTS_PER_PAGE = 20
# What a program is told, by code of the error.
STATUS = {
    "finished": 410,
    "too_late": 410,
    "stale": 409,
    "no_such_question": 422,
    "no_such_option": 422,
    "one_option_only": 422,
    "no_text": 422,
    "text_too_long": 422,
}


def own_or_404(request: HttpRequest, slug: str, uuid: UUID) -> Attempt:
    """The member's own attempt; anyone else's does not exist."""
    try:
        return Attempt.objects.own(request.user, slug, uuid)
    except Attempt.DoesNotExist as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an attempt, or go on with the open one. A sign-in comes back here by GET, and so does
    the page of who waits for a turn."""
    if refusal := _refusal(request, forms.START_FIELDS):
        return refusal
    competition = published_or_404(slug)
    comes_back = request.method == "GET" and queue.holds_place(request, competition)
    if request.method != "POST" and not comes_back:
        return redirect(competition)
    if wait := queue.seconds_to_wait(request, competition):
        return queue.waiting_page(request, competition, wait)
    try:
        chosen = round_or_404(competition, queue.round_asked(request))
        attempt = services.start_attempt(competition=competition, member=request.user, round=chosen)
    except QuizError as error:
        messages.warning(request, error.message)
        return queue.leave(request, redirect(competition))
    return queue.leave(request, redirect(attempt.question_url(attempt.first_open)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def question(request: HttpRequest, slug: str, uuid: UUID, number: int) -> HttpResponse:
    """One question of the own open attempt; as a form it saves and goes where it is told."""
    attempt = own_or_404(request, slug, uuid)
    if not 1 <= number <= len(attempt.paper):
        raise Http404
    if request.method == "POST":
        return _save_form(request, attempt, number)
    now = timezone.now()
    if not attempt.takes_answers(now):
        return _finished(request, slug, uuid)
    if now > attempt.deadline:
        return redirect("quiz:submit", slug, uuid)
    return _question_page(request, attempt, number)


def _save_form(request: HttpRequest, attempt: Attempt, number: int) -> HttpResponse:
    try:
        answer = forms.read_form(number, request.POST)
        if answer.options or answer.text.strip() or str(number) in attempt.answers:
            services.save_answer(attempt=attempt, answer=answer)
    except forms.UnknownField:
        return _bad_form(request, _("表单里有不认识的内容，没有保存。请返回题目重选。"))
    except QuizError as error:
        if error.code in {"finished", "too_late"}:
            return _finished(request, attempt.competition.slug, attempt.uuid)
        return _question_page(request, attempt, number, error=error, typed=answer.text)
    go = request.POST.get("go", "next")
    if go == "submit" or (go == "next" and number == len(attempt.paper)):
        return redirect("quiz:submit", attempt.competition.slug, attempt.uuid)
    target = {"next": number + 1, "previous": number - 1}.get(go)
    if target is None:
        target = int(go) if go.isdecimal() and len(go) < 4 else number
    return redirect(attempt.question_url(min(max(target, 1), len(attempt.paper))))


def question_context(attempt: Attempt | Specimen, number: int, typed: str | None = None) -> dict:
    """What the page of a question shows of `attempt`, whether it is sat or a preview."""
    item = attempt.drawn().items[number - 1]
    content = contents_of(attempt.competition.bank, [item.version])[0]
    count = len(attempt.paper)
    return {
        "section": "contest",
        "attempt": attempt,
        "competition": attempt.competition,
        "number": number,
        "count": count,
        "last": number == count,
        "sheet": sheet_of(attempt),
        "exhibit": exhibits_of([content])[0],
        "view": Sheet.question(attempt, number, item, content, typed),
    }


def _question_page(
    request: HttpRequest,
    attempt: Attempt,
    number: int,
    error: QuizError | None = None,
    typed: str | None = None,
) -> HttpResponse:
    left = int((attempt.deadline - timezone.now()).total_seconds())
    context = {
        **question_context(attempt, number, typed),
        "seconds_left": max(left, 0),
        "clock": clock(left),
        "error": error,
    }
    return render(request, "quiz/question.html", context, status=422 if error else 200)


@require_http_methods(["POST", "PUT"])
def answers(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Save one reply {question, sequence, options or text}; 200 only when it is on disk."""
    return _save_json(request, slug, uuid, _one)


@require_http_methods(["POST", "PUT"])
def answers_batch(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Save the replies that a phone kept while it was offline, all or none."""
    return _save_json(request, slug, uuid, forms.read_answers)


def _one(data) -> list[services.Answer]:
    return [forms.read_answer(data)]


def _save_json(request: HttpRequest, slug: str, uuid: UUID, read) -> JsonResponse:
    if not request.user.is_authenticated:  # a script can't follow to the sign-in
        return _json_error("signed_out", str(MESSAGES["signed_out"]), 401)
    try:
        deadline, saved = services.save_own_answers(
            member=request.user, slug=slug, uuid=uuid, answers=read(request.json)
        )
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    except (forms.UnknownField, forms.BadEntry) as error:
        own_or_404(request, slug, uuid)  # who asks for another's is told nothing else
        return _misread(error)
    except QuizError as error:
        return _json_error(error.code, error.message, STATUS[error.code], **error.details)
    entries = [_entry(row) for row in saved]
    left = (deadline - timezone.now()).total_seconds()
    return JsonResponse({"saved": entries, "seconds_left": max(int(left), 0)})


def _refusal(request: HttpRequest, known: set[str]) -> HttpResponse | None:
    """The answer to a form or an object that says more than `known`, None to any other."""
    try:
        forms.refuse_unknown([*request.POST, *request.json], known)
    except forms.UnknownField as error:
        if request.json:
            return _misread(error)
        return _bad_form(request, _("表单里有不认识的内容，没有处理。请返回上一页再试。"))
    return None


def _bad_form(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "problem.html", {"message": message, "status": 400}, status=400)


def _misread(error: ValueError) -> JsonResponse:
    if isinstance(error, forms.UnknownField):
        message = _("请求里有不认识的字段“%(name)s”，没有保存。") % {"name": error}
        return _json_error("unknown_field", message, 400)
    return _json_error("bad_entry", _("请求的格式不对，没有保存。"), 422)


def _entry(row: services.Saved) -> dict:
    filled = {} if row.text is None else {"text": row.text}
    return {
        "question": row.question,
        "sequence": row.sequence,
        "options": list(row.options),
        "at": f"{timezone.localtime(row.at):%H:%M:%S}",
        **filled,
    }


def _json_error(code: str, message: str, status: int, **details) -> JsonResponse:
    body = {"code": code, "message_zh": message, "retryable": False, **details}
    return JsonResponse(body, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submit(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Ask before handing in, then hand in."""
    if refusal := _refusal(request, forms.SUBMIT_FIELDS):
        return refusal
    if request.method == "POST":
        return _finished(request, slug, uuid)
    attempt = own_or_404(request, slug, uuid)
    now = timezone.now()
    if not attempt.takes_answers(now):
        return _finished(request, slug, uuid)
    left = int((attempt.deadline - now).total_seconds())
    context = {
        "section": "contest",
        "attempt": attempt,
        "competition": attempt.competition,
        "sheet": sheet_of(attempt),
        "time_is_up": left < 0,
        "seconds_left": max(left, 0),
        "clock": clock(left),
    }
    return render(request, "quiz/submit.html", context)


def _finished(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Hand in what is not handed in yet, and show the result."""
    try:
        services.submit_own_attempt(member=request.user, slug=slug, uuid=uuid)
    except Attempt.DoesNotExist as error:
        raise Http404 from error
    return redirect("quiz:result", slug, uuid)


@require_safe
@login_required
def own_attempts(request: HttpRequest) -> HttpResponse:
    """The member's own attempts of all competitions, the latest first. Nobody else sees this."""
    found = Attempt.objects.by(request.user).select_related("competition")
    page = Paginator(found, ATTEMPTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"section": "me", "crumbs": [(_("我的"), "/me/")], "page": page}
    return render(request, "quiz/own_attempts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appeal(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """The owner says why a result should count after all. A sign-in comes back by GET."""
    attempt = own_or_404(request, slug, uuid)
    if request.method != "POST" or attempt.submitted_at is None:
        return redirect("quiz:result", slug, uuid)
    form = forms.AppealForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        services.appeal(attempt=attempt, text=text)
    except QuizError as error:
        messages.warning(request, error.message)
        return _result_page(request, attempt, form=form, status=422)
    messages.success(request, _("申诉已提交，处理后在这一页答复。"))
    return redirect("quiz:result", slug, uuid)


@require_safe
@login_required
def result(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    """What a finished attempt brought; with the key once the competition is closed."""
    attempt = own_or_404(request, slug, uuid)
    if attempt.takes_answers(timezone.now()):
        return redirect(attempt.question_url(attempt.first_open))
    return _result_page(request, attempt)


def _result_page(
    request: HttpRequest, attempt: Attempt, form: forms.AppealForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    if attempt.submitted_at is None:
        attempt = services.submit_attempt(attempt=attempt, now=now)
    competition = attempt.competition
    situation = situation_of(competition, request.user, now, attempt.round)
    shows_key = may_show_key(competition, now)
    context = {
        "section": "contest",
        "crumbs": crumbs(competition),
        "attempt": attempt,
        "competition": competition,
        "closed": competition.state_at(now) == competition.State.CLOSED,
        "over": competition.reveals_key(now),
        "situation": situation,
        "again": situation.code in {READY, RESUME},
        "best": (
            Attempt.objects.of(competition, request.user)
            .filter(round=attempt.round)
            .best_first()
            .first()
        ),
        "count": len(attempt.paper),
        "most": most_points(attempt),
        "now": now,
        "place": boards.place_of(competition, request.user),
        "own_union": boards.own_union(competition, request.user),
        "phase": competition.phase_at(now),
        "frozen": competition.is_frozen(now),
        "certificate": Certificate.objects.of(request.user).filter(competition=competition).first(),
        "shows_key": shows_key,
        "review": with_disputes(request.user, review_of(attempt)) if shows_key else [],
        "past_results": attempt.past_results.select_related("regrade"),
        "appeal": Appeal.objects.filter(attempt=attempt).first(),
        "appeal_form": form or forms.AppealForm(),
    }
    return render(request, "quiz/result.html", context, status=status)
