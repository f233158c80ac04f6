"""The officers' desk, below /manage/."""

from django.urls import path

from engagement import views
from unions import views as register

urlpatterns = [
    path("", views.manage, name="manage"),
    path("units/<int:unit_id>/", views.unit_overview, name="manage_unit"),
    path("units/<int:unit_id>/export.csv", views.unit_csv, name="manage_csv"),
    path("units/<int:unit_id>/export.xlsx", views.unit_xlsx, name="manage_xlsx"),
    path("units/<int:unit_id>/people/", register.people, name="manage_people"),
    path("units/<int:unit_id>/people/import/", register.people_import, name="manage_import"),
    path(
        "units/<int:unit_id>/people/import/template.xlsx",
        register.people_template,
        name="manage_import_template",
    ),
]
