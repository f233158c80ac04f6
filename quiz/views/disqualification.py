"""The own page of who was taken out of a competition: why, since when, and the appeal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from quiz import services
from quiz.errors import QuizError
from quiz.forms import AppealForm
from quiz.models import Disqualification
from quiz.views.competitions import crumbs, published_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def disqualification(request: HttpRequest, slug: str) -> HttpResponse:
    """What was decided about the member in this competition; 404 for everyone else."""
    competition = published_or_404(slug)
    found = list(Disqualification.objects.of(competition, request.user))
    if not found:
        raise Http404
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        text = form.cleaned_data["text"] if form.is_valid() else ""
        try:
            services.appeal_disqualification(disqualification=found[0], text=text)
        except QuizError as error:
            messages.warning(request, error.message)
        else:
            messages.success(request, _("申诉已提交，处理后在这一页答复。"))
            return redirect("quiz:disqualification", slug)
    context = {
        "section": "contest",
        "crumbs": crumbs(competition),
        "competition": competition,
        "found": found,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "quiz/disqualification.html", context, status=status)
