"""Addresses of the subscribers' own pages."""

from django.urls import path

from subscribers import views
from subscribers.preferences import preferences

urlpatterns = [
    path("aanmelden/", views.sign_up, name="sign_up"),
    path("aanmelden/bevestigen/<str:token>/", views.confirm, name="confirm"),
    path("voorkeuren/<str:token>/", preferences, name="preferences"),
    path("afmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
