"""Disputing a question: from the review of an attempt, or after a practice answer."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quiz import forms, services
from quiz.errors import QuizError
from quiz.models import Dispute, PracticeRecord
from quiz.practice_view import answered_questions
from quiz.review import review_of
from quiz.secrecy import may_show_key
from quiz.views.attempts import own_or_404
from quiz.views.competitions import crumbs

DISPUTES_PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def dispute_reviewed(request: HttpRequest, slug: str, uuid: UUID, number: int) -> HttpResponse:
    """Dispute one question of the own attempt; before the key may be seen it leads back."""
    attempt = own_or_404(request, slug, uuid)
    if not 1 <= number <= len(attempt.paper):
        raise Http404
    if attempt.submitted_at is None or not may_show_key(attempt.competition, timezone.now()):
        return redirect(attempt)
    context = {
        "section": "contest",
        "crumbs": [*crumbs(attempt.competition), (_("我的答卷"), attempt.get_absolute_url())],
        "entry": review_of(attempt)[number - 1],
        "back": f"{attempt.get_absolute_url()}#q{number}",
    }
    return _disputed(
        request,
        context,
        lambda **given: services.dispute_reviewed(attempt=attempt, number=number, **given),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def dispute_practised(request: HttpRequest, question: int) -> HttpResponse:
    """Dispute a question that the member has practised; any other does not exist."""
    found = PracticeRecord.objects.of(request.user).select_related("member", "version", "question")
    record = get_object_or_404(found, question=question)
    if services.practised_question(member=request.user, question=question) is None:
        raise Http404
    context = {
        "section": "contest",
        "crumbs": [*crumbs(), (_("练习"), reverse("quiz:practice"))],
        "entry": answered_questions([record])[0],
        "back": reverse("quiz:practice"),
    }
    return _disputed(
        request, context, lambda **given: services.dispute_practised(record=record, **given)
    )


def _disputed(request: HttpRequest, context: dict, dispute: Callable[..., Dispute]) -> HttpResponse:
    """The question with its key; below it the form, or what became of the own dispute."""
    form = forms.DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dispute(**form.cleaned_data)
        except QuizError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("已收到，处理后答复写在这一页。"))
            return redirect(request.path)
    version = context["entry"].version
    own = Dispute.objects.by_version(request.user, [version]).get(version)
    status = 422 if form.is_bound else 200
    return render(
        request, "quiz/dispute.html", {**context, "form": form, "dispute": own}, status=status
    )


@require_safe
@login_required
def own_disputes(request: HttpRequest) -> HttpResponse:
    """The member's own disputes, the latest first. Nobody else sees this."""
    found = Dispute.objects.of(request.user)
    page = Paginator(found, DISPUTES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"section": "me", "crumbs": [(_("我的"), "/me/")], "page": page}
    return render(request, "quiz/own_disputes.html", context)
