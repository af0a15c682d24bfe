"""Trying the look of a newsletter: the sample follows the form before it is kept."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import PHONE, faults
from tests.subscribers.test_logos import a_drawing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(desk, mailing_list):
    desk.goto(f"/admin/subscribers/mailinglist/{mailing_list.pk}/change/")
    return desk


def sample(page):
    return page.locator("[data-look]")


def test_the_sample_follows_the_colour_that_is_typed(page):
    page.get_by_label("Kleur", exact=False).first.fill("#2F5D73")
    expect(page.locator(".look-button").first).to_have_css(
        "background-color", "rgb(47, 93, 115)"
    )


def test_a_picker_stands_beside_each_colour_and_fills_its_field(page):
    page.locator(".look-picker").last.fill("#7a3e9d")
    expect(page.locator("#id_second_colour")).to_have_value("#7A3E9D")
    expect(page.locator(".look-quiet").first).not_to_have_css(
        "background-color", "rgb(234, 240, 232)"
    )


def test_half_a_colour_is_no_error_page(page):
    page.locator("#id_accent_colour").fill("#2F5")
    expect(sample(page)).to_contain_text("Geef een kleur zoals #9A4A32.")
    page.locator("#id_accent_colour").fill("#2F5D73")
    expect(sample(page)).to_contain_text("Overdag")


def test_a_logo_is_seen_by_day_and_by_night_before_it_is_kept(page, tmp_path):
    a_drawing("#201D1B").save(tmp_path / "logo.png")
    page.locator("#id_logo").set_input_files(tmp_path / "logo.png")
    expect(sample(page).get_by_role("img", name="Rock jouw inbox")).to_have_count(2)
    expect(sample(page)).to_contain_text("zou dit logo verdwijnen")


def test_everyone_can_try_a_look_on_a_phone_too(page):
    assert faults(page, PHONE) == []
