"""Pictures in a real browser: looked at, chosen, added and cut, by keyboard too."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from newsletter.articles.models import Picture
from newsletter.articles.pictures import safe_picture
from newsletter.issues.blocks import CardBlock, HeroBlock, ImageBlock
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def a_photo(left="red", size=(1500, 1000)):
    """One half of one colour, the other blue: a crop shows which half it kept."""
    image = Image.new("RGB", size, "blue")
    image.paste(Image.new("RGB", (size[0] // 2, size[1]), left), (0, 0))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95)
    return file.getvalue()


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def picture(transactional_db):
    def made(alt, **facts):
        facts = {"licence": "own", "portrait_consent": "nobody", **facts}
        photo = safe_picture(io.BytesIO(a_photo()))
        return Picture.objects.create(image=photo, alt=alt, credit="Noor Bos", **facts)

    return made


def window(page):
    return page.get_by_role("dialog", name="Kies een afbeelding")


def save(page):
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def expect_colour_at(page, place, across, colour):
    """A crop is drawn a moment after the point moved."""
    page.wait_for_function(
        """([place, across, colour]) => {
            const canvas = document.querySelector(`[data-place=${place}] canvas`)
            const pen = canvas.getContext("2d")
            const at = pen.getImageData(across * canvas.width, canvas.height / 2, 1, 1)
            return (at.data[0] > 128 ? "red" : "blue") === colour
        }""",
        arg=[place, across, colour],
    )


def test_a_picture_is_searched_seen_and_chosen_without_a_mouse(compose, issue, picture):
    picture("Een leeg strand")
    chair = picture("Een stoel bij het raam")
    CardBlock.objects.create(parent=issue, ordering=10, article=ArticleFactory())
    page = compose()

    page.get_by_role("button", name="Afbeelding: kies een afbeelding").press("Enter")
    expect(page.locator("[data-picture-search]")).to_be_focused()
    expect(page.locator(".found-picture img")).to_have_count(2)
    page.keyboard.type("stoel")
    expect(page.locator(".found-picture")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Een stoel bij het raam")
    page.keyboard.press("Enter")

    expect(window(page)).not_to_be_visible()
    expect(page.locator(":focus")).to_have_text("Kies een andere")
    expect(page.locator(".picture-choice .told")).to_contain_text("Een stoel")
    save(page)
    assert CardBlock.objects.get().picture == chair


def test_a_picture_without_rights_says_so_where_it_is_chosen(compose, issue, picture):
    ImageBlock.objects.create(
        parent=issue, ordering=10, picture=picture("Strand", licence="")
    )
    page = compose()

    expect(page.locator(".picture-choice .trouble")).to_contain_text("geen rechten")
    page.get_by_role("button", name="Afbeelding: kies een andere").click()
    expect(page.locator(".found-picture .trouble")).to_contain_text("geen rechten")


def test_a_new_picture_is_added_with_its_rights_on_the_spot(compose, issue):
    CardBlock.objects.create(parent=issue, ordering=10, article=ArticleFactory())
    page = compose()

    page.get_by_role("button", name="Afbeelding: kies een afbeelding").press("Enter")
    page.locator("[data-new-picture] summary").press("Enter")
    form = page.locator("[data-new-picture-form]")
    form.locator("[type=file]").set_input_files(
        {"name": "raam.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    )
    expect(form.locator("[data-place=hero]")).to_contain_text("ongeveer")
    form.get_by_label("Alternatieve tekst").fill("Een raam")
    form.get_by_label("Met welk recht").select_option("stock")
    form.get_by_role("button", name="Bewaren en kiezen").press("Enter")
    expect(form.locator(".errorlist")).to_contain_text("nummer")
    expect(form.get_by_label("Nummer van de licentie")).to_be_focused()
    page.keyboard.type("ZB-4410")
    form.get_by_label("Mensen op de afbeelding").select_option("nobody")
    form.get_by_role("button", name="Bewaren en kiezen").press("Enter")

    expect(window(page)).not_to_be_visible()
    expect(page.locator(".picture-choice img")).to_be_visible()
    save(page)
    kept = CardBlock.objects.get().picture
    assert (kept.alt, kept.licence_number) == ("Een raam", "ZB-4410")


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(compose, issue):
    CardBlock.objects.create(parent=issue, ordering=10, article=ArticleFactory())
    page = compose()

    page.get_by_role("button", name="Afbeelding: kies een afbeelding").click()
    page.locator("[data-new-picture] summary").click()
    form = page.locator("[data-new-picture-form]")
    form.locator("[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<svg/>"}
    )
    form.get_by_role("button", name="Bewaren en kiezen").click()

    expect(form.locator(".errorlist")).to_contain_text("geen JPEG of PNG")
    assert not Picture.objects.exists()


def test_empty_fields_show_what_the_article_says_and_a_press_goes_back_to_it(
    compose, issue, picture
):
    story = ArticleFactory(title="Waarom stilte helpt", picture=picture("Een raam"))
    HeroBlock.objects.create(
        parent=issue, ordering=10, article=story, title="Sst", picture=picture("Strand")
    )
    page = compose()
    title = page.locator("[name$=heroblock_set-0-title]")

    teaser = page.locator("[name$=heroblock_set-0-teaser]")
    expect(teaser).to_have_attribute("placeholder", story.lead)
    expect(title).to_have_attribute("placeholder", "Waarom stilte helpt")
    page.get_by_role("button", name="Titel: terug naar het artikel").press("Enter")
    expect(title).to_have_value("")
    expect(title).to_be_focused()
    page.get_by_role("button", name="Afbeelding: terug naar het artikel").press("Enter")
    expect(page.locator(".picture-choice .told")).to_have_text(
        "Zoals in het artikel: Een raam"
    )
    save(page)

    block = HeroBlock.objects.get()
    assert not block.title and not block.picture
    assert block.shown_title == "Waarom stilte helpt"


def test_another_article_brings_its_own_words(compose, issue):
    first, second = (ArticleFactory(title=title) for title in ("Eerst", "Daarna"))
    CardBlock.objects.create(parent=issue, ordering=10, article=first)
    page = compose()
    title = page.locator("[name$=cardblock_set-0-title]")
    expect(title).to_have_attribute("placeholder", "Eerst")

    page.evaluate(
        """([id, title]) => {
            const select = document.querySelector("[name$=cardblock_set-0-article]")
            select.append(new Option(title, id, true, true))
            django.jQuery(select).trigger("change")
        }""",
        [second.pk, second.title],
    )

    expect(title).to_have_attribute("placeholder", "Daarna")


def test_the_crops_follow_the_point_by_press_and_by_slider(desk, picture):
    kept = picture("Een raam")
    desk.goto(f"/admin/newsletter/picture/{kept.pk}/change/")
    hero = desk.locator("[data-place=hero]")
    expect(hero).to_contain_text("1200 × 800 pixels")
    expect(hero).to_contain_text("kB")
    expect(hero).not_to_contain_text("ongeveer")
    expect_colour_at(desk, "portrait", 0.4, "red")

    desk.get_by_label("Van links naar rechts").focus()
    desk.keyboard.press("End")
    expect(hero).to_contain_text("ongeveer")
    expect_colour_at(desk, "portrait", 0.4, "blue")
    box = desk.locator("[data-stage]").bounding_box()
    desk.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    expect(desk.get_by_label("Van links naar rechts")).to_have_value("1")
    expect_colour_at(desk, "portrait", 0.7, "red")
    save_and_stay(desk)

    kept.refresh_from_db()
    assert float(kept.point_of_interest.split("x")[0]) < 0.02
    name = kept.image.process("portrait")
    with Image.open(kept.image.storage.path(name)) as cut:
        red, _green, _blue = cut.resize((96, 96)).convert("RGB").split()
        assert cut.size == (192, 192)
        assert min(red.crop((66, 47, 68, 49)).tobytes()) > 200


def save_and_stay(page):
    page.get_by_role("button", name="Opslaan en opnieuw bewerken").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_a_picture_that_is_too_small_for_a_place_says_so(desk):
    desk.goto("/admin/newsletter/picture/add/")
    desk.locator("[type=file]").set_input_files(
        {
            "name": "klein.jpg",
            "mimeType": "image/jpeg",
            "buffer": a_photo(size=(400, 300)),
        }
    )

    expect(desk.locator("[data-place=hero]")).to_contain_text("te klein")
    expect(desk.locator("[data-place=small]")).not_to_contain_text("klein:")


def test_the_article_and_the_expert_choose_their_picture_by_looking(desk, picture):
    story = ArticleFactory(picture=picture("Een raam"))
    desk.goto(f"/admin/newsletter/article/{story.pk}/change/")
    expect(desk.locator(".picture-choice img")).to_be_visible()
    desk.goto("/admin/newsletter/expert/add/")
    desk.get_by_role("button", name="Portret: kies een afbeelding").click()
    expect(desk.locator(".found-picture")).to_have_count(1)


def test_everyone_can_choose_a_picture(compose, issue, picture):
    picture("Een raam", licence="")
    CardBlock.objects.create(
        parent=issue, ordering=10, article=ArticleFactory(), title="Sst"
    )
    page = compose()
    assert faults(page, DESK, PHONE, within=".picture-choice") == []
    page.get_by_role("button", name="Afbeelding: kies een afbeelding").click()
    page.locator("[data-new-picture] summary").click()
    page.locator("[data-new-picture-form] [type=file]").set_input_files(
        {"name": "raam.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    )
    expect(page.locator("[data-place=hero]")).to_contain_text("kB")
    for size in (DESK, PHONE):
        assert faults(page, size, within="dialog[open]") == []
        assert window(page).evaluate("it => it.scrollWidth <= it.clientWidth")


def test_everyone_can_use_the_form_of_a_new_picture(desk):
    desk.goto("/admin/newsletter/picture/add/")
    desk.wait_for_load_state("networkidle")
    assert faults(desk, DESK, PHONE) == []
