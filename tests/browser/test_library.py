"""The library in a real browser: found, put in where and as what, taken out again."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from newsletter.articles.models import ArticleState
from newsletter.issues.blocks import QuoteBlock, TextBlock, blocks_of
from tests.browser.axe import DESK, PHONE, faults
from tests.factories import ArticleFactory, CategoryFactory, IssueFactory
from tests.newsletter.publishing.issues import add_card

pytestmark = pytest.mark.django_db(transaction=True)
# At the end of the page nothing can be scrolled out from under the bar any more.
LIES_UNDER_THE_BAR = """() => {
  scrollTo(0, document.body.scrollHeight)
  const opener = document.querySelector("[data-library-open]")
  const top = opener.getBoundingClientRect().top
  return [...document.querySelectorAll("button, input, summary, a")]
    .filter((one) => one.checkVisibility())
    .filter((one) => getComputedStyle(one).position !== "fixed")
    .filter((one) => one.getBoundingClientRect().bottom > top)
    .map((one) => one.outerHTML)
}"""


@pytest.fixture
def articles(db):
    """The newest is about silence, then bread, then the garden."""
    return [
        ArticleFactory.create(title=title, published_on=date(2026, 11, day))
        for day, title in ((27, "Stilte"), (20, "Brood"), (13, "Tuin"))
    ]


@pytest.fixture
def two_blocks(issue):
    QuoteBlock.objects.create(parent=issue, text="Rust is geen luxe", ordering=10)
    TextBlock.objects.create(
        parent=issue, heading="Tot slot", body="<p>Thee.</p>", ordering=20
    )
    return issue


def save(page):
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def kinds(issue):
    return [block.KIND for block in blocks_of(issue)]


def said(page):
    return page.locator("[data-library-said]")


def listed(page):
    return page.locator("[data-library-list] strong")


def test_an_article_is_found_and_put_in_without_a_mouse(compose, articles, issue):
    page = compose()

    page.keyboard.press("/")
    expect(page.locator("[data-library-search]")).to_be_focused()
    page.keyboard.type("brood")
    expect(listed(page)).to_have_text(["Brood"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(said(page)).to_have_text("“Brood” staat in de editie, vooraan.")
    expect(page.locator(".article:focus")).to_contain_text("Brood")
    save(page)
    assert kinds(issue) == ["hero"]


def test_the_arrows_walk_and_escape_leads_back_to_where_one_was(compose, articles):
    page = compose()
    page.get_by_label("Voorproefje").focus()

    page.locator("[data-library-search]").focus()
    for key, title in (("ArrowDown", "Stilte"), ("End", "Tuin"), ("ArrowUp", "Brood")):
        page.keyboard.press(key)
        expect(page.locator(".article:focus")).to_contain_text(title)
    page.keyboard.press("Escape")

    expect(page.get_by_label("Voorproefje")).to_be_focused()


def test_a_slash_in_a_text_is_a_slash(compose):
    page = compose()
    page.get_by_label("Onderwerp").fill("")
    page.get_by_label("Onderwerp").press_sequentially("en/of")
    expect(page.get_by_label("Onderwerp")).to_have_value("en/of")


def test_an_article_comes_after_the_block_one_was_in_and_the_page_says_so(
    compose, articles, two_blocks
):
    page = compose()
    page.locator("[name$=quoteblock_set-0-speaker]").focus()
    expect(page.locator("[data-library-place]")).to_have_text(
        "Komt na Citaat: Rust is geen luxe."
    )

    page.get_by_role("button", name="Brood").press("Enter")
    expect(said(page)).to_have_text(
        "“Brood” staat in de editie, na Citaat: Rust is geen luxe."
    )
    # The next one follows it.
    page.get_by_role("button", name="Tuin").press("Enter")
    expect(said(page)).to_contain_text("na Hoofdverhaal: Brood.")
    save(page)

    assert kinds(two_blocks) == ["quote", "hero", "card", "text"]


def test_one_may_rather_put_it_at_the_end(compose, articles, two_blocks):
    page = compose()
    page.locator("[name$=quoteblock_set-0-speaker]").focus()
    page.get_by_role("button", name="Liever achteraan").press("Enter")
    expect(page.locator("[data-library-place]")).to_have_text("Komt achteraan.")

    page.get_by_role("button", name="Brood").press("Enter")
    expect(said(page)).to_contain_text("na Tekst: Tot slot")
    save(page)

    assert kinds(two_blocks) == ["quote", "text", "hero"]


def test_it_is_chosen_as_what_by_keyboard(compose, articles, issue):
    page = compose()
    page.locator("[data-library-search]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_text("hoofdverhaal")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_text("must read")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("“Stilte” staat in de editie")
    save(page)

    assert kinds(issue) == ["must_read"]


def test_what_was_put_in_is_taken_out_again(compose, articles, two_blocks):
    page = compose()
    page.get_by_role("button", name="Brood").click()
    expect(said(page)).to_contain_text("“Brood” staat in de editie")
    expect(page.get_by_role("button", name="Er weer uithalen")).to_be_hidden()

    page.locator("[data-undo] button").press("Enter")
    expect(said(page)).to_have_text("“Brood” is weer uit de editie.")
    save(page)

    assert kinds(two_blocks) == ["quote", "text"]


def test_on_a_phone_the_library_itself_takes_it_out_again(
    compose, articles, two_blocks, desk
):
    desk.set_viewport_size({"width": 390, "height": 800})
    page = compose()
    page.get_by_role("button", name="Artikelen", exact=True).click()
    page.get_by_role("button", name="Brood").click()

    page.get_by_role("button", name="Er weer uithalen").press("Enter")
    expect(said(page)).to_have_text("“Brood” is weer uit de editie.")
    expect(page.get_by_role("button", name="Er weer uithalen")).to_be_hidden()
    expect(page.locator("[data-library-search]")).to_be_focused()


def test_whoever_goes_on_at_once_is_not_pulled_back_into_the_list(
    compose, articles, two_blocks
):
    page = compose()
    page.get_by_role("button", name="Brood").evaluate(
        "article => { article.click();"
        " document.querySelector('[data-library-search]').focus() }"
    )
    page.wait_for_timeout(200)  # longer than the list takes to ask for the keyboard
    expect(said(page)).to_contain_text("“Brood” staat in de editie")
    expect(page.locator("[data-library-search]")).to_be_focused()


def test_more_comes_when_the_list_is_scrolled(compose, issue):
    for number in range(65):
        ArticleFactory.create(
            title=f"Nummer {number}",
            published_on=date(2026, 11, 27) - timedelta(days=number),
        )
    page = compose()
    expect(listed(page)).to_have_count(30)

    # The list may grow, and its button go, in the middle of scrolling.
    page.evaluate("document.querySelector('[data-more]')?.scrollIntoView()")
    expect(listed(page)).to_have_count(60)
    page.locator(".article").last.focus()
    page.keyboard.press("ArrowDown")
    expect(listed(page)).to_have_count(65)
    assert len(set(listed(page).all_inner_texts())) == 65


def test_a_draft_and_an_article_of_another_issue_say_so_here_and_in_the_block(
    compose, articles, issue
):
    stilte, brood, _tuin = articles
    add_card(
        IssueFactory.create(number=70093, publication_date=date(2099, 12, 6)), stilte
    )
    ArticleFactory._meta.model.objects.filter(pk=brood.pk).update(
        state=ArticleState.DRAFT
    )
    add_card(issue, brood)
    page = compose()

    expect(page.locator(".article-notes")).to_have_text(
        "concept: lezers kunnen het nog niet openen"
    )
    expect(page.locator(".article").first).to_contain_text("concept van editie 70093")
    page.get_by_role("button", name="Stilte").click()
    warning = "Let op: staat al in het concept van editie 70093, 6 december."
    expect(said(page)).to_contain_text(warning)
    expect(page.locator(".article-notes", has_text=warning)).to_have_count(1)


def test_the_choices_narrow_and_can_be_taken_back(compose, articles):
    food = CategoryFactory.create(name="Voeding")
    ArticleFactory.create(title="Soep", category=food)
    page = compose()
    page.get_by_label("Rubriek", exact=True).select_option("Voeding")
    expect(listed(page)).to_have_text(["Soep"])
    page.get_by_label("Rubriek", exact=True).select_option("elke rubriek")
    page.get_by_label("Volgorde").select_option("oudste eerst")
    expect(listed(page).first).to_have_text("Tuin")
    page.locator("[data-library-search]").fill("bestaat niet")
    expect(said(page)).to_contain_text("Geen artikel gevonden.")


def test_on_a_phone_the_library_is_a_sheet(compose, desk, articles, two_blocks):
    desk.set_viewport_size({"width": 390, "height": 844})
    page = compose()
    library = page.get_by_role("region", name="Artikelen")
    expect(library).to_be_hidden()

    page.get_by_role("button", name="Artikelen", exact=True).press("Enter")
    expect(page.locator("[data-library-search]")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Brood").press("Enter")
    expect(said(page)).to_contain_text("“Brood” staat in de editie")
    expect(page.locator(".article:focus")).to_contain_text("Brood")
    page.keyboard.press("Escape")

    expect(library).to_be_hidden()
    expect(page.get_by_role("button", name="Artikelen", exact=True)).to_be_focused()
    assert page.evaluate(LIES_UNDER_THE_BAR) == []
    save(page)
    assert kinds(two_blocks) == ["quote", "text", "hero"]


def test_everyone_can_use_the_library(compose, articles, issue):
    page = compose()
    page.keyboard.press("/")
    page.get_by_role("button", name="Brood").click()
    page.locator(".as").last.click()
    expect(said(page)).not_to_be_empty()
    assert faults(page, DESK, within="[data-library]") == []
    # On a phone it is a sheet.
    page.set_viewport_size(PHONE)
    page.keyboard.press("/")
    expect(page.locator("[data-library-search]")).to_be_focused()
    assert faults(page, PHONE, within="[data-library]") == []
