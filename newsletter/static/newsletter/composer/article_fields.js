/* Fields of a story that know their article: what counts while they are empty, and back. */

import { announce, element, form, page, words } from "newsletter/composer/page"

const FIELDS = ["title", "teaser", "authors", "minutes", "url", "note", "button_label"]
const known = new Map()

function stories() {
  return [...form.querySelectorAll(".inline-related:not(.empty-form)")].filter(articleOf)
}

function articleOf(block) {
  return block.querySelector("select[name$='-article']")
}

/* One request for all the articles that are new to this page. */
async function learn() {
  const chosen = new Set(stories().map((block) => articleOf(block).value))
  const asked = [...chosen].filter((id) => id && !known.has(id))
  if (asked.length) {
    const query = new URLSearchParams(asked.map((id) => ["id", id]))
    try {
      const answer = await fetch(`${page.dataset.articleValuesUrl}?${query}`, { redirect: "manual" })
      if (!answer.ok) return
      for (const [id, values] of Object.entries((await answer.json()).articles)) known.set(id, values)
    } catch {
      // Without an answer the fields go on saying that they are as in the article.
      return
    }
  }
  stories().forEach(tell)
}

function tell(block) {
  const values = known.get(articleOf(block).value)
  for (const name of FIELDS) {
    const field = block.querySelector(`[name$="-${name}"]`)
    if (!field) continue
    field.dataset.unless ??= field.placeholder
    field.placeholder = values?.[name] || field.dataset.unless
    offerReset(field, Boolean(values?.[name]))
  }
  const picture = block.querySelector("select[name$='-picture']")
  if (!picture) return
  picture.dataset.fromArticle = JSON.stringify(values?.picture ?? null)
  picture.dispatchEvent(new CustomEvent("picture:from-article"))
}

function nameOf(field) {
  return field.labels?.[0]?.textContent.replace(/:\s*$/, "").trim() ?? ""
}

/* The button stands there only while there is something of the article to go back to. */
function offerReset(field, hasValue) {
  let button = field.nextElementSibling
  if (!button?.matches(".as-article")) {
    button = element("button", "as-article", words.asArticle)
    button.type = "button"
    button.setAttribute("aria-label", words.asArticleOf.replace("%s", nameOf(field)))
    button.addEventListener("click", () => {
      field.value = ""
      field.dispatchEvent(new Event("input", { bubbles: true }))
      field.focus()
      announce(words.isAsArticle.replace("%s", nameOf(field)))
    })
    field.after(button)
  }
  button.dataset.hasValue = hasValue ? "1" : ""
  showReset(field)
}

function showReset(field) {
  const button = field.nextElementSibling
  if (button?.matches(".as-article")) button.hidden = !(field.value && button.dataset.hasValue)
}

export function followArticles() {
  form.addEventListener("input", (event) => showReset(event.target))
  // select2 fires jQuery's events only.
  django.jQuery(form).on("change", "select[name$='-article']", learn)
  document.addEventListener("formset:added", () => setTimeout(learn, 0))
  learn()
}
