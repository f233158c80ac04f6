"""The way of a question to the paper, in the admin: one at a time, or all of a bank that wait."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.log_actions import registry

from quiz import services
from quiz.errors import QuizError
from quiz.exhibits import exhibits_of
from quiz.history import shown_versions
from quiz.models import Question, QuestionBank, QuestionVersion
from quiz.review import source_of
from quiz.sheet import LETTERS

MOST_ENTRIES = 20
VERSIONS_PER_PAGE = 10
may_change = permission_required("quiz.change_question")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_change
def question_state(request, pk):
    """A question with its key, who did what with it, and the steps that are open to the reader."""
    if request.method != "POST":
        return _screen(request, pk)
    problem = _moved(request, get_object_or_404(Question, pk=pk))
    return _screen(request, pk, problem) if problem else redirect("quiz_question_state", pk)


def _screen(request, pk, problem=""):
    """The question as it is now, should that be the problem."""
    rows = Question.objects.with_source_news()
    rows = rows.select_related("bank", "edited_by", "current", "source_page")
    question = get_object_or_404(rows, pk=pk)
    options = list(question.options.all())
    content = question.snapshot(options)
    own = question.edited_by_id == request.user.pk
    context = {
        "question": question,
        "news": question.source_news and Question.SourceNews(question.source_news),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "options": list(zip(LETTERS, options, strict=False)),
        "fill": question.kind == Question.Kind.FILL,
        "exhibit": exhibits_of([content])[0],
        "source": source_of(content),
        "own": own,
        "seen": services.fingerprint([question]),
        "moves": [
            (name, move.label)
            for name, move in services.MOVES.items()
            if move.fits(question) and not (own and name == "publish")
        ],
        "twins": Question.objects.with_stem_of(question)[:5],
        "entries": registry.get_logs_for_instance(question).select_related("user")[:MOST_ENTRIES],
    }
    return render(request, "quiz/admin/state.html", context, status=422 if problem else 200)


@require_POST
@never_cache
@may_change
def confirm_source(request, pk):
    """The reader has read the page that the question cites, and nothing needs to be changed."""
    question, seen = get_object_or_404(Question, pk=pk), request.POST.get("mark", "")
    try:
        services.confirm_source(question=question, member=request.user, seen=seen)
    except QuizError as error:
        return _screen(request, pk, error.message)
    messages.success(request, _("已确认，这道题不再标为出处已变。"))
    return redirect("quiz_question_state", pk)


def _moved(request, question):
    """Take the step that was pressed; the reason why not, or ""."""
    move = request.POST.get("move", "")
    if move not in services.MOVES:
        raise Http404
    given = {"reason": request.POST.get("reason", ""), "seen": request.POST.get("seen", "")}
    try:
        services.move_question(question=question, move=move, member=request.user, **given)
    except QuizError as error:
        return error.message
    messages.success(request, services.MOVES[move].done)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_change
def publish_waiting(request, pk):
    """Publish at once what waits in a bank, but for what the reader wrote last."""
    bank = get_object_or_404(QuestionBank.objects.with_counts(), pk=pk)
    problem = ""
    if request.method == "POST":
        try:
            seen = request.POST.get("seen", "")
            count = services.publish_waiting(bank=bank, member=request.user, seen=seen)
        except QuizError as error:
            problem = error.message
        else:
            messages.success(request, _("已发布 %(count)d 题。") % {"count": count})
            return redirect("questionbank:index")
    questions = list(Question.objects.publishable_by(request.user, bank))
    context = {
        "bank": bank,
        "problem": problem,
        "count": len(questions),
        "own": bank.waiting_count - len(questions),
        "questions": questions[:MOST_ENTRIES],
        "seen": services.fingerprint(questions),
    }
    return render(request, "quiz/admin/publish.html", context, status=422 if problem else 200)


@require_safe
@never_cache
@may_change
def question_versions(request, pk):
    """What each version of a question said, the latest first, and what differs from the one before.

    On top what waits to be published, if it differs from the latest version.
    """
    question = get_object_or_404(Question.objects.select_related("bank", "edited_by"), pk=pk)
    pages = Paginator(QuestionVersion.objects.history(question), VERSIONS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"question": question, "page": page, "shown": shown_versions(question, page)}
    return render(request, "quiz/admin/versions.html", context)


admin_urls = [
    path("quiz/questions/<int:pk>/state/", question_state, name="quiz_question_state"),
    path("quiz/questions/<int:pk>/source/", confirm_source, name="quiz_question_source"),
    path("quiz/questions/<int:pk>/versions/", question_versions, name="quiz_question_versions"),
    path("quiz/banks/<int:pk>/publish/", publish_waiting, name="quiz_publish_waiting"),
]
