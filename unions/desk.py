"""The frame of the officers' desk: who gets in, and what stands around every screen."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from unions.models import Union
from unions.scope import Scope, scope_of
from unions.tabs import all_tabs

# A list to choose from; whoever has more units below goes through the table.
MOST_CHOICES = 300


def desk_view(*methods: str) -> Callable:
    """Decorate `view(request, scope, unit)` of an address with `unit_id`.

    Visitors sign in first. Members without an officer's role, and units outside the scope, get
    404 whatever the method; only then other methods than `methods` get 405.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, unit_id: int, **kwargs) -> HttpResponse:
            scope = scope_of(request.user)
            unit = scope.union_or_404(unit_id)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, scope, unit, **kwargs)

        return guarded

    return decorate


def first_unit(scope: Scope) -> Union:
    """The first union in scope; `Http404` where there is none."""
    unit = scope.unions().first()
    if unit is None:
        raise Http404
    return unit


def frame(scope: Scope, unit: Union, here: str) -> dict[str, object]:
    """The context of `components/deskbar.html`: choices of units and tabs; `here` a route name."""
    steps = range(Union.steplen, len(unit.path) + 1, Union.steplen)
    above = scope.unions().filter(path__in=[unit.path[:length] for length in steps])
    roots = scope.unions().filter(path__in=scope.paths)
    choices = {
        found.pk: found for found in [*roots, *above, *Union.objects.below(unit)[:MOST_CHOICES]]
    }
    base = min(found.depth for found in choices.values())
    return {
        "unit": unit,
        "switch": [
            {"pk": found.pk, "name": "\u3000" * (found.depth - base) + found.name}
            for found in sorted(choices.values(), key=lambda found: found.path)
        ],
        "desk_tabs": [
            {
                "title": tab.title,
                "url": reverse(tab.route, args=[unit.pk]),
                "current": tab.route == here,
            }
            for tab in all_tabs()
        ],
    }
