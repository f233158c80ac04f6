"""Sample papers for editors, whatever the state of the competition: on the screen and in print."""

from secrets import token_hex
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from quiz.display import clock
from quiz.errors import QuizError
from quiz.preview import Specimen, specimen
from quiz.printed import key_of, mark_of, questions_of
from quiz.views.attempts import question_context
from quiz.views.competitions import any_or_404, round_or_404

LONGEST_SEED = 20


def _drawn(request: HttpRequest, slug: str) -> Specimen:
    """The sample paper that the address names, or a new one; for who may change competitions, else
    not there. `QuizError("too_few_questions")`."""
    if not request.user.has_perm("quiz.change_competition"):
        raise Http404
    competition = any_or_404(slug)
    found = round_or_404(competition, request.GET.get("round"))
    seed = request.GET.get("paper", "")[:LONGEST_SEED] or token_hex(4)
    return specimen(competition=competition, round=found, seed=seed)


def _problem(request: HttpRequest, message: str) -> HttpResponse:
    context = {"message": message, "status": 422}
    return render(request, "problem.html", context, status=422)


@require_safe
@login_required
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Question `number` of a sample paper, as a worker would see it."""
    try:
        attempt = _drawn(request, slug)
    except QuizError as error:
        return _problem(request, error.message)
    if not 1 <= number <= len(attempt.paper):
        raise Http404
    context = {
        **question_context(attempt, number),
        "preview": True,
        "previous_url": attempt.question_url(number - 1) if number > 1 else "",
        "next_url": attempt.question_url(number + 1) if number < len(attempt.paper) else "",
        "again_query": f"?round={attempt.round.number}" if attempt.round else "",
        "clock": clock(attempt.competition.seconds),
    }
    return render(request, "quiz/question.html", context)


@require_safe
@login_required
@never_cache
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """A sample paper to print and to answer by hand. No key is on it."""
    try:
        found = _drawn(request, slug)
    except QuizError as error:
        return _problem(request, error.message)
    questions = questions_of(found)
    context = {
        **_head(found),
        "questions": questions,
        "points": sum(question.points for question in questions),
        "key_url": _address("quiz:paper_key", found, mark=mark_of(found)),
        "may_see_key": _may_see_key(request.user),
    }
    return render(request, "quiz/paper.html", context)


@require_safe
@login_required
@never_cache
def paper_key(request: HttpRequest, slug: str) -> HttpResponse:
    """The key to a printed paper, on a sheet of its own; refused when the bank draws another one
    since it was printed. For who sees keys elsewhere too: who corrects them or keeps the bank."""
    if not _may_see_key(request.user):
        raise Http404
    try:
        found = _drawn(request, slug)
    except QuizError as error:
        return _problem(request, error.message)
    if request.GET.get("mark") != mark_of(found):
        message = _("试卷打印以后题库改过，答案对不上那份试卷了。请重新打印试卷和答案。")
        return _problem(request, message)
    lines = key_of(found)
    context = {**_head(found), "lines": lines, "points": sum(line.points for line in lines)}
    return render(request, "quiz/paper_key.html", context)


def _may_see_key(user) -> bool:
    return user.has_perm("quiz.add_regrade") or user.has_perm("quiz.change_question")


def _head(found: Specimen) -> dict[str, object]:
    """What stands on top of both sheets, and the ways to the one and to another paper."""
    again = {"round": found.round.number} if found.round else {}
    return {
        "section": "contest",
        "competition": found.competition,
        "round": found.round,
        "seed": found.seed,
        "mark": mark_of(found),
        "paper_url": _address("quiz:paper", found),
        "again_url": reverse("quiz:paper", args=[found.competition.slug], query=again),
        "competition_url": reverse("competition:edit", args=[found.competition.pk]),
    }


def _address(name: str, found: Specimen, **query: str) -> str:
    """Where the same paper is shown by the view `name`."""
    if found.round:
        query["round"] = str(found.round.number)
    address = reverse(name, args=[found.competition.slug])
    return f"{address}?{urlencode({'paper': found.seed, **query})}"
