"""The search page and what its box offers."""

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from search import finder, forms, pages, services
from search.documents import registry
from search.models import QueryLog
from search.text import MAX_CHARACTERS


@require_safe
def search(request):
    """Results for `q`, or the empty box with what others look for."""
    found = forms.read(request.GET)
    context = {"input": found, "limit": MAX_CHARACTERS, "words": found.request.words}
    if found.too_long or not found.request.words:
        context["popular"] = QueryLog.objects.popular(timezone.localdate())
        return render(request, "search/start.html", context)
    results = finder.find(found.request, literal=found.literal)
    if found.request.page == 1 and not results.degraded:
        services.log_query(query=found.request.words, day=timezone.localdate(), hits=results.total)
    links = pages.Links(request.GET)
    context |= {"results": results, "exact_url": links.to(exact="1")}
    if not results.total and not any(results.facets.values()):
        context["popular"] = QueryLog.objects.popular(timezone.localdate())
        context["offers"] = finder.suggest_for_words(found.request.words)
        return render(request, "search/none.html", context)
    context |= {
        "tabs": pages.tabs(results, links),
        "facets": pages.facets(results, found, links),
        "pager": pages.pager(results, links),
        "first_url": links.to(),
        "clear_url": links.to(type="", unit="", year="", channel="", level=""),
    }
    return render(request, "search/results.html", context)


@require_safe
def suggest(request):
    """JSON for the box: `{"suggestions": [{"text", "label", "url"}]}`, at most eight."""
    terms = finder.suggest(request.GET.get("q", "")[:MAX_CHARACTERS])
    found = [
        {"text": term.text, "label": str(registry[term.kind].label), "url": term.url}
        for term in terms
    ]
    response = JsonResponse({"suggestions": found})
    response["Cache-Control"] = "public, max-age=30"
    return response
