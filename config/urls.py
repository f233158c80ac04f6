"""Every address of the site; the order decides."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import views

# Wagtail's own sign-in would let a password alone pass the second factor.
to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("text-size/<str:size>/", views.text_size, name="text_size"),
    path("cms/login/", to_sign_in),
    path("admin/login/", to_sign_in),
    path("_util/login/", to_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("", include("media.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("unions.urls")),
    path("search/", include("search.urls")),
    path("competitions/", include("quiz.urls")),
    path("reading/", include("reading.urls")),
    path("manage/", include("engagement.urls")),
    path("", include("cms.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", views.gallery, name="gallery"))
urlpatterns.append(path("", include(wagtail_urls)))
