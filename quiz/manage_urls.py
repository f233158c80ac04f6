"""What competitions put on the officers' desk, below /manage/."""

from django.urls import path

from quiz.views import reports

unit = "units/<int:unit_id>/competitions/"
urlpatterns = [
    path(unit, reports.unit_competitions, name="manage_competitions"),
    path(f"{unit}<slug:slug>/", reports.unit_report, name="manage_competition"),
    path(
        f"{unit}<slug:slug>/report.xlsx", reports.unit_report_file, name="manage_competition_file"
    ),
]
