/* The library beside the form: find an article, press or drag it into the issue. */

import { blocks, nameBlocks } from "newsletter/composer/blocks"
import { announce, element, form, page, words } from "newsletter/composer/page"
import { askSoon } from "newsletter/composer/preview"

const library = {
  list: page?.querySelector("[data-library-list]"),
  search: page?.querySelector("[data-library-search]"),
  timer: 0,
}

async function findArticles() {
  const address = `${page.dataset.libraryUrl}?q=${encodeURIComponent(library.search.value)}`
  const answer = await fetch(address, { redirect: "manual" })
  if (answer.type === "opaqueredirect") return announce(words.logInAgain)
  const { articles } = await answer.json()
  library.list.replaceChildren(...articles.map(articleButton))
  if (!articles.length) library.list.append(element("li", "empty", words.nothingFound))
}

function articleButton(article) {
  const item = element("li", "")
  const button = element("button", "article")
  button.type = "button"
  button.draggable = true
  if (article.picture) {
    const picture = element("img", "")
    picture.src = article.picture
    picture.alt = ""
    picture.loading = "lazy"
    button.append(picture)
  }
  const told = element("span", "told")
  told.append(element("strong", "", article.title))
  const facts = [article.category, words.minutes.replace("%s", article.minutes)]
  if (article.used) facts.push(words.used)
  told.append(element("small", "", facts.filter(Boolean).join(" · ")))
  button.append(told)
  button.addEventListener("click", () => {
    insert(article)
    // Several articles are put in one after the other: stay in the list.
    setTimeout(() => button.focus({ preventScroll: true }), 80)
  })
  button.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("application/x-article", JSON.stringify(article))
    event.dataTransfer.effectAllowed = "copy"
  })
  item.append(button)
  return item
}

/* The first story of an issue is its hero, the others are cards. */
function insert(article, before = null) {
  const hero = "newsletter_heroblock_set"
  const hasHero = blocks().some(
    (block) => block.id.startsWith(hero) && !block.classList.contains("for-deletion"),
  )
  const prefix = hasHero ? "newsletter_cardblock_set" : hero
  window.ContentEditor._insertBefore = before
  document.addEventListener(
    "formset:added",
    (event) => {
      const select = event.target.querySelector("select[name$=-article]")
      if (!select) return
      select.append(new Option(article.title, article.id, true, true))
      django.jQuery(select).trigger("change")
      nameBlocks()
      announce(words.inserted.replace("%s", article.title))
      askSoon(50)
    },
    { once: true },
  )
  window.ContentEditor.addContent(prefix)
}

function blockUnder(event) {
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block) return null
  const { top, height } = block.getBoundingClientRect()
  if (event.clientY < top + height / 2) return block
  return blocks()[blocks().indexOf(block) + 1] ?? null
}

function isArticle(event) {
  return event.dataTransfer?.types.includes("application/x-article")
}

/* Where an article would land: a line above or below the block under the pointer. */
function showLanding(event) {
  hideLanding()
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block) return
  const { top, height } = block.getBoundingClientRect()
  block.classList.add(event.clientY < top + height / 2 ? "lands-before" : "lands-after")
}

function hideLanding() {
  for (const block of form.querySelectorAll(".lands-before, .lands-after")) {
    block.classList.remove("lands-before", "lands-after")
  }
}

function takeDroppedArticles() {
  form.addEventListener("dragover", (event) => {
    if (!isArticle(event)) return
    event.preventDefault()
    showLanding(event)
  })
  form.addEventListener("dragleave", hideLanding)
  form.addEventListener("drop", (event) => {
    hideLanding()
    if (!isArticle(event)) return
    event.preventDefault()
    insert(JSON.parse(event.dataTransfer.getData("application/x-article")), blockUnder(event))
  })
}

export function offerArticles() {
  takeDroppedArticles()
  library.search.addEventListener("input", () => {
    clearTimeout(library.timer)
    library.timer = setTimeout(findArticles, 200)
  })
  findArticles()
}
