"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from newsletter.api.site import api_urls
from newsletter.views.attachments import attachment

urlpatterns = [
    path("", include("newsletter.views.site_urls")),
    path("", include("subscribers.urls")),
    path("", include("newsletter.views.mistake_urls")),
    path("anymail/", include("newsletter.views.provider_calls")),
    path("anymail/", include("newsletter.views.provider_mail")),
    path("anymail/", include("anymail.urls")),
    path("api/v1/", include(api_urls)),
    path("admin/wachtwoord/", include("newsletter.views.password_urls")),
    path("admin/bijlage/<int:pk>/", attachment, name="attachment"),
    path("admin/", admin.site.urls),
]
