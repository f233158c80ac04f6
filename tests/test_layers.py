"""What import-linter can't see: relations between models go to the own layer or a lower one."""

from django.apps import apps

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
