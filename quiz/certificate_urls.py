"""The public check of certificates: a short address that stays, outside /competitions/."""

from django.urls import path

from quiz.views import certificate_check

urlpatterns = [path("certificates/<str:code>/", certificate_check, name="certificate_check")]
