"""Addresses for a colleague who lost a password; the names are Django's."""

from django.urls import path

from newsletter.views.passwords import (
    PasswordReset,
    PasswordResetComplete,
    PasswordResetConfirm,
    PasswordResetDone,
)

urlpatterns = [
    path("", PasswordReset.as_view(), name="admin_password_reset"),
    path("verstuurd/", PasswordResetDone.as_view(), name="password_reset_done"),
    path("klaar/", PasswordResetComplete.as_view(), name="password_reset_complete"),
    path(
        "<str:uidb64>/<str:token>/",
        PasswordResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
]
