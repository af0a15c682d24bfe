"""The page of the week, where a colleague switches its mail off for themselves."""

from django.urls import reverse

from newsletter.reports.models import NoWeeklySummary
from tests.newsletter.admin.colleagues import log_in

PAGE = reverse("admin:weekly_summary")


def test_a_colleague_switches_it_off_and_on_again(client, mailing_list):
    els = log_in(client, "Redactie")
    assert f"naar {els.email}" in client.get(PAGE).text

    answer = client.post(PAGE, {"off": ""}, follow=True)
    assert "hebt het uitgezet" in answer.text
    assert NoWeeklySummary.objects.get().user == els

    client.post(PAGE, {"on": ""})
    assert not NoWeeklySummary.objects.exists()


def test_the_last_week_can_be_read_there(client, mailing_list):
    log_in(client, "Uitgever")
    assert "Vorige week vertrok er geen editie." in client.get(PAGE).text


def test_who_sees_no_figures_sees_no_week(client, mailing_list):
    log_in(client, "Lezersservice")
    assert client.get(PAGE).status_code == 403
