"""What the register puts below /manage/: the way in, and the people."""

from django.urls import path

from unions import views

urlpatterns = [
    path("", views.manage, name="manage"),
    path("units/<int:unit_id>/people/", views.people, name="manage_people"),
    path("units/<int:unit_id>/people/import/", views.people_import, name="manage_import"),
    path(
        "units/<int:unit_id>/people/import/template.xlsx",
        views.people_template,
        name="manage_import_template",
    ),
]
