"""What import-linter can't see: relations between models go to the own layer or a lower one."""

from inspect import isfunction

from django.apps import apps
from django.urls import URLResolver, get_resolver

LAYERS = [
    {"config"},
    {"cms"},
    {"quiz", "reading", "helpdesk"},
    {"search", "media"},
    {"engagement"},
    {"unions"},
]
RANK = {name: rank for rank, names in enumerate(reversed(LAYERS)) for name in names}


def test_every_relation_points_to_the_own_app_or_a_lower_layer():
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in RANK
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if (target := field.related_model._meta.app_label) in RANK
        and target != model._meta.app_label
        and RANK[target] >= RANK[model._meta.app_label]
    ]
    assert wrong == []


def view_functions(resolver=None):
    """Every function of our apps that answers an address, the admin's too."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from view_functions(found)
        elif isfunction(found.callback) and not hasattr(found.callback, "view_class"):
            module = found.callback.__module__
            if module.partition(".")[0] in RANK:
                yield f"{module}.{found.callback.__name__}"


def test_every_view_function_stands_among_the_views():
    functions = set(view_functions())
    assert "helpdesk.views.import_entries" in functions
    assert [name for name in sorted(functions) if name.split(".")[1] != "views"] == []
