"""Addresses of this app; `documents/` shadows Wagtail's view of the same path."""

from django.urls import path, re_path

from media import views

urlpatterns = [
    path("media/<path:path>", views.uploaded_file, name="uploaded_file"),
    re_path(r"^documents/(\d+)/(.*)$", views.document),
]
