"""The site's addresses with the gallery, which only DEBUG mounts."""

from django.urls import path

from config import views
from config.urls import urlpatterns as site

urlpatterns = [path("gallery/", views.gallery, name="gallery"), *site]
