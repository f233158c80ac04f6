"""Addresses of this app."""

from django.urls import path

from quiz import views

app_name = "quiz"
attempt = "<slug:slug>/attempts/<uuid:uuid>/"
urlpatterns = [
    path("", views.competition_list, name="list"),
    path("mine/attempts/", views.own_attempts, name="own_attempts"),
    path("<slug:slug>/", views.competition_home, name="competition"),
    path("<slug:slug>/rules/", views.competition_rules, name="rules"),
    path("<slug:slug>/start/", views.start, name="start"),
    path("<slug:slug>/leaderboard/", views.leaderboard, name="leaderboard"),
    path("<slug:slug>/leaderboard/screen/", views.leaderboard_screen, name="leaderboard_screen"),
    path("<slug:slug>/leaderboard.xlsx", views.leaderboard_file, name="leaderboard_file"),
    path(f"{attempt}q/<int:number>/", views.question, name="question"),
    path(f"{attempt}answers/", views.answers, name="answers"),
    path(f"{attempt}answers/batch/", views.answers_batch, name="answers_batch"),
    path(f"{attempt}submit/", views.submit, name="submit"),
    path(f"{attempt}result/", views.result, name="result"),
]
