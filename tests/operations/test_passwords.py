import re

import pytest
from django.core import mail
from django.urls import reverse

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
