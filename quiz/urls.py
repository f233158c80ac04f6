"""Addresses of this app."""

from django.urls import path

from quiz import views

app_name = "quiz"
attempt = "<slug:slug>/attempts/<uuid:uuid>/"
draw = "<slug:slug>/draws/<int:pk>/"
urlpatterns = [
    # First what a second of a competition asks for thousands of times.
    path(f"{attempt}answers/", views.answers, name="answers"),
    path(f"{attempt}q/<int:number>/", views.question, name="question"),
    path(f"{attempt}answers/batch/", views.answers_batch, name="answers_batch"),
    path(f"{attempt}submit/", views.submit, name="submit"),
    path(f"{attempt}result/", views.result, name="result"),
    path("", views.competition_list, name="list"),
    path("mine/attempts/", views.own_attempts, name="own_attempts"),
    path("mine/certificates/", views.own_certificates, name="own_certificates"),
    path("mine/certificates/<str:code>/", views.certificate, name="certificate"),
    path(
        "mine/certificates/<str:code>/certificate.pdf",
        views.certificate_file,
        name="certificate_file",
    ),
    path(
        "mine/certificates/<str:code>/certificate.svg",
        views.certificate_picture,
        name="certificate_picture",
    ),
    path("mine/mistakes/", views.mistakes, name="mistakes"),
    path("mine/mistakes.xlsx", views.mistakes_file, name="mistakes_file"),
    path("practice/", views.practice_home, name="practice"),
    path("mine/disputes/", views.own_disputes, name="own_disputes"),
    path("practice/disputes/<int:question>/", views.dispute_practised, name="dispute_practised"),
    path("practice/<str:mode>/", views.practice, name="practise"),
    path("<slug:slug>/", views.competition_home, name="competition"),
    path("<slug:slug>/rules/", views.competition_rules, name="rules"),
    path("<slug:slug>/disqualification/", views.disqualification, name="disqualification"),
    path("<slug:slug>/waiting/", views.waiting, name="waiting"),
    path("<slug:slug>/start/", views.start, name="start"),
    path("<slug:slug>/leaderboard/", views.leaderboard, name="leaderboard"),
    path("<slug:slug>/leaderboard/screen/", views.leaderboard_screen, name="leaderboard_screen"),
    path("<slug:slug>/leaderboard.xlsx", views.leaderboard_file, name="leaderboard_file"),
    path("<slug:slug>/preview/<int:number>/", views.preview, name="preview"),
    path(f"{attempt}paper.json", views.paper_file, name="paper_file"),
    path("<slug:slug>/paper/", views.paper, name="paper"),
    path("<slug:slug>/paper/key/", views.paper_key, name="paper_key"),
    path(f"{attempt}appeal/", views.appeal, name="appeal"),
    path(f"{attempt}q/<int:number>/dispute/", views.dispute_reviewed, name="dispute_reviewed"),
    path(draw, views.draw_page, name="draw"),
    path(f"{draw}verify/", views.draw_verify, name="draw_verify"),
    path(f"{draw}tickets.csv", views.draw_tickets, name="draw_tickets"),
    path(f"{draw}record.json", views.draw_record, name="draw_record"),
    path(f"{draw}wins/<int:place>/claim/", views.draw_claim, name="draw_claim"),
]
