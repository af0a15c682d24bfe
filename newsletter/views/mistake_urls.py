"""Addresses of the mistake form."""

from django.urls import path

from newsletter.views.site_urls import not_built_yet

urlpatterns = [path("foutje/<str:token>/", not_built_yet, name="mistake")]
