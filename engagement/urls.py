"""The figures on the officers' desk, below /manage/."""

from django.urls import path

from engagement import views

urlpatterns = [
    path("units/<int:unit_id>/", views.unit_overview, name="manage_unit"),
    path("units/<int:unit_id>/export.csv", views.unit_csv, name="manage_csv"),
    path("units/<int:unit_id>/export.xlsx", views.unit_xlsx, name="manage_xlsx"),
]
