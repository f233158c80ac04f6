"""Addresses of this app."""

from django.urls import path

from helpdesk import views

app_name = "helpdesk"

urlpatterns = [
    path("", views.index, name="index"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("<int:pk>/", views.entry, name="entry"),
    path("<int:pk>/feedback/", views.feedback, name="feedback"),
]
