"""Every address of the site; the order decides."""

from django.conf import settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import views
from unions.views import admin_sign_in

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("text-size/<str:size>/", views.text_size, name="text_size"),
    # Wagtail's own sign-in would let a password alone pass the second factor.
    path("cms/login/", admin_sign_in),
    path("admin/login/", admin_sign_in),
    path("_util/login/", admin_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("", include("media.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("unions.urls")),
    path("search/", include("search.urls")),
    path("competitions/", include("quiz.urls")),
    path("", include("quiz.certificate_urls")),
    path("reading/", include("reading.urls")),
    path("ask/", include("helpdesk.urls")),
    path("manage/", include("unions.manage_urls")),
    path("manage/", include("engagement.urls")),
    path("manage/", include("quiz.manage_urls")),
    path("", include("cms.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", views.gallery, name="gallery"))
urlpatterns.append(path("", include(wagtail_urls)))
