import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext

from subscribers import limits
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def els(mailing_list):
    els = UserFactory.create()
    els.set_password("vergeten, helaas")
    els.save()
    return els


def ask(client, address, **headers):
    return client.post(reverse("admin_password_reset"), {"email": address}, **headers)


def test_the_log_in_page_leads_to_a_new_password(client):
    page = client.get(reverse("admin:login"))
    assert reverse("admin_password_reset") in page.content.decode()


def test_a_colleague_gets_a_link_and_logs_in_with_a_new_password(client, els):
    assert ask(client, "els@example.nl").status_code == 302
    [message] = mail.outbox
    assert message.from_email == "zondag@nieuws.example.nl"
    [path] = re.findall(
        r"http://localhost:8000(/admin/wachtwoord/\S+)", str(message.body)
    )
    form = client.get(path, follow=True)
    words = {"new_password1": "vers en lang genoeg", "new_password2": ""}
    words["new_password2"] = words["new_password1"]
    done = client.post(form.request["PATH_INFO"], words, follow=True)
    assert done.status_code == 200
    assert client.login(username="els", password="vers en lang genoeg")


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, els):
    known, unknown = ask(client, "els@example.nl"), ask(client, "nee@example.nl")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1


def test_whoever_asks_too_often_gets_the_same_answer_and_no_more_mail(client, els):
    answers = {ask(client, "Els@example.nl").url for _press in range(6)}
    assert len(answers) == 1
    assert len(mail.outbox) == 3


def test_one_network_does_not_ask_for_everybodys_password(client, els):
    for number in range(20):
        ask(client, f"nee{number}@example.nl")
    ask(client, "els@example.nl")
    assert not mail.outbox


def log_in(client, password, username="els", **headers):
    address = reverse("admin:login")
    return client.post(address, {"username": username, "password": password}, **headers)


def test_a_password_is_not_guessed_all_day(client, els, now):
    with time_machine.travel(now, tick=False):
        for guess in range(10):
            assert log_in(client, f"gok {guess}").status_code == 200
        refused = log_in(client, "vergeten, helaas")
    assert refused.context["form"].non_field_errors() == [too_many()]
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert log_in(client, "vergeten, helaas").status_code == 302


def test_guesses_under_one_name_leave_the_others_alone(client, els):
    for guess in range(11):
        log_in(client, f"gok {guess}", username="roos")
    assert log_in(client, "vergeten, helaas").status_code == 302


def test_one_network_does_not_guess_under_many_names(client, els, monkeypatch):
    few = (limits.Limit("log-in-network", 12, timedelta(hours=1)),)
    monkeypatch.setattr(limits, "LOG_INS_OF_ONE_NETWORK", few)
    for guess in range(12):
        log_in(client, "gok", username=f"naam{guess}", REMOTE_ADDR="192.0.2.7")
    refused = log_in(client, "vergeten, helaas", REMOTE_ADDR="192.0.2.8")
    assert refused.context["form"].non_field_errors() == [too_many()]
    assert log_in(client, "vergeten, helaas").status_code == 302


def too_many():
    return gettext(
        "There were too many tries to log in. Wait a quarter of an hour, "
        "or ask for a new password."
    )


def test_the_link_follows_the_site_and_not_the_host_header(client, els, settings):
    settings.ALLOWED_HOSTS = ["*"]
    ask(client, "els@example.nl", headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body


def test_the_pages_speak_dutch(client):
    page = client.get(reverse("admin_password_reset")).content.decode()
    assert "Mijn wachtwoord" in page


def test_a_worn_out_link_says_so(client, els):
    page = client.get(reverse("password_reset_confirm", args=["MQ", "abc-def"]))
    assert page.status_code == 200
    assert "ongeldig" in page.content.decode()
