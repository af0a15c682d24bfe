"""Addresses of the subscribers' own pages."""

from django.urls import path

from subscribers import views
from subscribers.embedding import embedded_form
from subscribers.own_data import ask_for_own_page, confirm_move, own_data
from subscribers.preferences import preferences
from subscribers.signing_up import sign_up, sign_up_via
from subscribers.staying_pages import stay

urlpatterns = [
    path("aanmelden/", sign_up, name="sign_up"),
    path("aanmelden/via/<slug:slug>/", sign_up_via, name="sign_up_via"),
    path(
        "aanmelden/via/<slug:slug>/qr/",
        sign_up_via,
        {"code": True},
        name="sign_up_by_code",
    ),
    path("aanmelden/formulier/<slug:slug>/", embedded_form, name="embedded_form"),
    path("aanmelden/bevestigen/<str:token>/", views.confirm, name="confirm"),
    path("voorkeuren/", ask_for_own_page, name="own_page"),
    path("mijn-gegevens/<str:token>/", own_data, name="own_data"),
    path("verhuizen/<str:token>/", confirm_move, name="confirm_move"),
    path("blijven/<str:token>/", stay, name="stay"),
    path("voorkeuren/<str:token>/", preferences, name="preferences"),
    path("afmelden/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
