"""The question page as a preview for editors, whatever the state of the competition."""

from secrets import token_hex

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quiz.display import clock
from quiz.errors import QuizError
from quiz.preview import specimen
from quiz.views.attempts import question_context
from quiz.views.competitions import any_or_404, round_or_404

LONGEST_SEED = 20


@require_safe
@login_required
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Question `number` of a sample paper; for who may change competitions, else not there."""
    if not request.user.has_perm("quiz.change_competition"):
        raise Http404
    competition = any_or_404(slug)
    found = round_or_404(competition, request.GET.get("round"))
    seed = request.GET.get("paper", "")[:LONGEST_SEED] or token_hex(4)
    try:
        attempt = specimen(competition=competition, round=found, seed=seed)
    except QuizError as error:
        context = {"message": error.message, "status": 422}
        return render(request, "problem.html", context, status=422)
    if not 1 <= number <= len(attempt.paper):
        raise Http404
    context = {
        **question_context(attempt, number),
        "preview": True,
        "previous_url": attempt.question_url(number - 1) if number > 1 else "",
        "next_url": attempt.question_url(number + 1) if number < len(attempt.paper) else "",
        "again_query": f"?round={found.number}" if found else "",
        "clock": clock(competition.seconds),
    }
    return render(request, "quiz/question.html", context)
