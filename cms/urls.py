"""Addresses that stay when a title changes: by id, found before the page tree is asked."""

from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import path

from cms import feeds, views
from cms.sitemaps import SITEMAPS

app_name = "cms"

urlpatterns = [
    path("", views.home, name="home"),
    path("channels/<slug:slug>/", views.channel, name="channel"),
    path("channels/<slug:slug>/feed/", feeds.ChannelFeed(), name="channel_feed"),
    path("stories/", views.stories, name="stories"),
    path("stories/<int:pk>/", views.story, name="story_by_id"),
    path("stories/<int:pk>-<str:slug>/", views.story, name="story"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
    path("honours/", views.honours, name="honours"),
    path("honours/<int:year>/<int:pk>/", views.honour_list, name="honour_list"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("videos/", views.videos, name="videos"),
    path("videos/<int:pk>/", views.video, name="video"),
    path("lessons/<int:pk>/", views.lesson, name="lesson"),
    path("lessons/<int:pk>/check/", views.lesson_check, name="lesson_check"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("me/", views.me, name="me"),
    path("offline/", views.offline, name="offline"),
    path("feed/", feeds.SiteFeed(), name="feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap_index, {"sitemaps": SITEMAPS, "sitemap_url_name": "cms:sitemap"}),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
]
