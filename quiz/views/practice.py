"""Practice: the ways to practise, one question after the other, and the wrong-answer book."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from quiz import forms, services
from quiz.errors import QuizError
from quiz.exhibits import exhibits_of
from quiz.further import further_for
from quiz.models import Dispute, PracticeRecord, PracticeRun
from quiz.practice_pool import practice_pool
from quiz.practice_view import answered_questions, open_question, subject_of
from quiz.practising import DAILY
from quiz.review import with_disputes
from quiz.views.competitions import crumbs
from quiz.workbooks import saved_as, workbook

Mode = PracticeRun.Mode
MISTAKES_PER_PAGE = 20


@require_safe
def practice_home(request: HttpRequest) -> HttpResponse:
    """The ways to practise; visitors are told to sign in."""
    pool = practice_pool()
    context = {
        "section": "contest",
        "crumbs": crumbs(),
        "daily": DAILY,
        "count": len(pool.questions),
        "categories": [
            (name, count, f"{reverse('quiz:practise', args=[Mode.CATEGORY])}?{_named(name)}")
            for name, count in pool.categories().items()
        ],
    }
    if request.user.is_authenticated:
        services.collect_mistakes(member=request.user)
        context |= {
            "answered": len(services.daily_answers(member=request.user)),
            "run": PracticeRun.objects.filter(member=request.user, mode=Mode.CHALLENGE).first(),
            "mistakes": services.book_of(member=request.user).count(),
        }
    return render(request, "quiz/practice.html", context)


def _named(category: str) -> str:
    return urlencode({"category": category})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice(request: HttpRequest, mode: str) -> HttpResponse:
    """One question of `mode`; a reply is judged, and its answer shown at `?answered=`."""
    if mode not in Mode.values:
        raise Http404
    posted = request.method == "POST"
    category = (request.POST if posted else request.GET).get("category", "")
    if mode == Mode.CATEGORY and category not in practice_pool().categories():
        raise Http404
    if posted:
        return _judge(request, mode, category)
    if "answered" in request.GET:
        return _answered(request, mode, category)
    return _question(request, mode, category)


def _here(mode: str, category: str, **query: object) -> str:
    query = {**({"category": category} if mode == Mode.CATEGORY else {}), **query}
    address = reverse("quiz:practise", args=[mode])
    return f"{address}?{urlencode(query)}" if query else address


def _judge(request: HttpRequest, mode: str, category: str) -> HttpResponse:
    try:
        question, deal, options = forms.read_practice(request.POST)
        services.answer_practice(
            member=request.user, mode=mode, question=question, deal=deal, options=options
        )
    except (forms.UnknownField, forms.BadEntry):
        message = _("表单里有不认识的内容，没有判分。请返回题目重选。")
        return render(request, "problem.html", {"message": message, "status": 400}, status=400)
    except QuizError as error:
        return _question(request, mode, category, question=question, error=error)
    return redirect(_here(mode, category, answered=question))


def _question(
    request: HttpRequest,
    mode: str,
    category: str,
    question: int | None = None,
    error: QuizError | None = None,
) -> HttpResponse:
    member = request.user
    if error is None or error.code == "no_practice_question":
        question = services.next_question(member=member, mode=mode, category=category)
    practised = services.practised_question(member=member, question=question) if question else None
    context = {**_frame(request, mode, category), "error": error}
    if practised is None:
        return render(request, "quiz/practice_end.html", context, status=422 if error else 200)
    card = services.card_of(member=member, practised=practised)
    context |= {
        "card": card,
        "view": open_question(card, request.POST.getlist("option")),
        "exhibit": exhibits_of([practised.content])[0],
    }
    return render(request, "quiz/practice_question.html", context, status=422 if error else 200)


def _answered(request: HttpRequest, mode: str, category: str) -> HttpResponse:
    """The answer to a question that the member has answered; anything else does not exist."""
    number = request.GET["answered"]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Http404
    record = (
        PracticeRecord.objects.of(request.user)
        .filter(question=int(number), times__gt=0)
        .select_related("question", "version", "member")
        .first()
    )
    shown = record and services.practised_question(member=request.user, question=int(number))
    if not shown:
        raise Http404
    context = {
        **_frame(request, mode, category),
        "record": record,
        "entry": answered_questions([record])[0],
        "dispute": Dispute.objects.by_version(request.user, [record.version_id]).get(
            record.version_id
        ),
        "category": record.version.content["category"],
        "further": further_for(request.user, subject_of(record)),
    }
    return render(request, "quiz/practice_answer.html", context)


def _frame(request: HttpRequest, mode: str, category: str) -> dict[str, object]:
    """What stands around every question of `mode`."""
    found = {
        "section": "contest",
        "crumbs": [*crumbs(), (_("练习"), reverse("quiz:practice"))],
        "mode": mode,
        "mode_name": category or Mode(mode).label,
        "asked_category": category,
        "here": _here(mode, category),
    }
    if mode == Mode.DAILY:
        done = services.daily_answers(member=request.user)
        five = services.todays_questions(member=request.user)
        found |= {
            "steps": [question in done for question in five],
            "done": len(done),
            "right": sum(done.values()),
            "all": len(five),
        }
    if mode == Mode.CHALLENGE:
        found["run"] = PracticeRun.objects.filter(member=request.user, mode=mode).first()
    if mode == Mode.BOOK:
        found["left"] = services.book_of(member=request.user).count()
    return found


@require_safe
@login_required
def mistakes(request: HttpRequest) -> HttpResponse:
    """The wrong-answer book of the member. Nobody else sees it."""
    services.collect_mistakes(member=request.user)
    found = services.book_of(member=request.user).select_related("member", "version", "question")
    page = Paginator(found, MISTAKES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "me",
        "crumbs": [(_("我的"), "/me/")],
        "page": page,
        "entries": [
            (record, *entry)
            for record, entry in zip(
                page, with_disputes(request.user, answered_questions(page)), strict=True
            )
        ],
    }
    return render(request, "quiz/mistakes.html", context)


@require_safe
@login_required
def mistakes_file(request: HttpRequest) -> HttpResponse:
    """The whole book as a workbook."""
    found = services.book_of(member=request.user).select_related("member", "version", "question")
    lines: list[list[object]] = [
        [
            _("类别"),
            _("题型"),
            _("题干"),
            _("选项"),
            _("我选的"),
            _("正确答案"),
            _("解析"),
            _("依据"),
            _("答错次数"),
            _("上次作答"),
        ]
    ]
    for record, entry in zip(found, answered_questions(found), strict=True):
        options = "；".join(f"{option.letter} {option.text}" for option in entry.options)
        at = timezone.localtime(record.answered_at)
        lines.append(
            [
                record.version.content["category"],
                entry.kind,
                entry.stem,
                options,
                entry.chosen_letters,
                entry.key_letters,
                entry.explanation,
                entry.source,
                record.wrong,
                f"{at:%Y-%m-%d %H:%M}",
            ]
        )
    return saved_as(_("错题本"), workbook({_("错题本"): lines}))
