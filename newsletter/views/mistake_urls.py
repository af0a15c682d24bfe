"""Addresses of the mistake form."""

from django.urls import path

from newsletter.views.mistakes import mistake

urlpatterns = [path("foutje/<str:token>/", mistake, name="mistake")]
