"""The search page and what its box offers; and the button that has failed rows tried again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.auth import permission_required

from search import finder, forms, pages, services
from search.documents import registry
from search.models import PendingSync
from search.text import MAX_CHARACTERS
from search.visitors import visitor_of


@require_safe
def search(request):
    """Results for `q`, or the empty box with what others look for."""
    found = forms.read(request.GET)
    if found.too_long:
        return redirect(f"{request.path}?{urlencode({'q': found.request.words, 'long': 1})}")
    if found.was_long or not found.request.words:
        return _shown(request, "search/start.html", found, popular=_popular())
    results = finder.find(found.request, literal=found.literal)
    if found.is_plain and not results.degraded:
        today = timezone.localdate()
        services.log_query(
            query=found.request.words,
            day=today,
            hits=results.total,
            visitor=visitor_of(request, today),
        )
    if not results.total and not results.elsewhere:
        offers = finder.suggest_for_words(found.request.words)
        context = {"results": results, "offers": offers, "popular": _popular()}
        context["loose_url"] = f"?{urlencode({'q': found.request.words})}"
        return _shown(request, "search/none.html", found, **context)
    return _shown(request, "search/results.html", found, **pages.context(results, found))


def _popular():
    """What others look for, as links."""
    found = finder.popular(timezone.localdate())
    return [{"title": words, "url": f"?{urlencode({'q': words})}"} for words in found]


def _shown(request, template, found, **context):
    context |= {"input": found, "limit": MAX_CHARACTERS, "words": found.request.words}
    return render(request, template, context)


@require_safe
def suggest(request):
    """JSON for the box: `{"suggestions": [{"text", "typed", "label", "url"}]}`, at most eight.
    The first `typed` characters of `text` are those that the reader's letters stand for."""
    typed = request.GET.get("q", "")[:MAX_CHARACTERS]
    found = [
        {
            "text": term.text,
            "typed": finder.begun(term, typed),
            "label": str(registry[term.kind].label),
            "url": term.url,
        }
        for term in finder.suggest(typed)
    ]
    response = JsonResponse({"suggestions": found})
    response["Cache-Control"] = "public, max-age=30"
    return response


@permission_required("search.change_synonym")
@require_POST
def retry(request):
    """Let all failed rows be tried with the next sync."""
    pks = list(PendingSync.objects.failing().values_list("pk", flat=True))
    count = services.retry_now(pks=pks)
    messages.success(
        request, ngettext("%(n)d 条将再次同步。", "%(n)d 条将再次同步。", count) % {"n": count}
    )
    return redirect("search_failures")
