/* Putting an article into the issue: at which place, as what, and out of it again. */

import { blocks, nameBlocks } from "newsletter/composer/blocks"
import { element, form, page, words } from "newsletter/composer/page"
import { askSoon } from "newsletter/composer/preview"

const BLOCK = ".order-machine .inline-related:not(.empty-form)"
const part = (name) => page?.querySelector(`[data-library-${name}]`)
const state = { here: null, taken: null }

/* --- At which place --- */

/* After the block one was last in, as long as it is there. */
function blockHere() {
  if (!blocks().includes(state.here)) state.here = null
  return state.here
}

function follower(block) {
  return block ? (blocks()[blocks().indexOf(block) + 1] ?? null) : null
}

function nameOf(block) {
  return block.getAttribute("aria-label") || words.block
}

export function showPlace() {
  const block = blockHere()
  part("place").textContent = block
    ? words.placeAfter.replace("%s", nameOf(block))
    : words.placeLast
  part("last").hidden = !block
}

function followWhereOneIs(event) {
  const block = event.target.closest?.(BLOCK)
  if (!block) return
  state.here = block
  showPlace()
}

/* --- As what --- */

/* The first story of an issue is its main story, the others are stories. */
function kindByItself() {
  const hasHero = blocks().some(
    (block) =>
      block.id.startsWith("newsletter_heroblock") && !block.classList.contains("for-deletion"),
  )
  return hasHero ? "card" : "hero"
}

/* --- In, and out again --- */

/*
 * Without a place it goes after the block one was last in, else to the end; `before`
 * is the block that is to follow it, null for none.
 */
export function insert(article, { kind = null, before = undefined } = {}) {
  const prefix = `newsletter_${kind ?? kindByItself()}block_set`
  window.ContentEditor._insertBefore = before === undefined ? follower(blockHere()) : before
  document.addEventListener("formset:added", (event) => filled(event.target, article), {
    once: true,
  })
  window.ContentEditor.addContent(prefix)
}

function filled(block, article) {
  const select = block.querySelector("select[name$=-article]")
  if (!select) return
  select.append(new Option(article.title, article.id, true, true))
  django.jQuery(select).trigger("change")
  nameBlocks()
  state.here = block
  tellWhere(block, article)
  showPlace()
  askSoon(50)
}

function tellWhere(block, article) {
  const all = blocks()
  const previous = all[all.indexOf(block) - 1]
  const where = previous
    ? words.insertedAfter.replace("%s", article.title).replace("%s", nameOf(previous))
    : words.insertedFirst.replace("%s", article.title)
  const notes = [article.used && words.usedBefore.replace("%s", article.used), article.concept]
  part("said").replaceChildren(
    where,
    ...notes.filter(Boolean).map((note) => element("span", "note", note)),
  )
  state.taken = { block, article }
  part("undo").hidden = false
}

/* On a phone by a button of the library's own; elsewhere the line that undoes does it. */
function takeBack() {
  state.taken.block.querySelector(".inline-deletelink")?.click()
  part("search").focus()
}

function tellItIsOut() {
  part("said").textContent = words.takenBack.replace("%s", state.taken.article.title)
  part("undo").hidden = true
  state.taken = null
}

/* --- By drag --- */

function blockUnder(event) {
  const block = event.target.closest?.(BLOCK)
  if (!block) return null
  const { top, height } = block.getBoundingClientRect()
  return event.clientY < top + height / 2 ? block : follower(block)
}

function isArticle(event) {
  return event.dataTransfer?.types.includes("application/x-article")
}

/* Where an article would land: a line above or below the block under the pointer. */
function showLanding(event) {
  hideLanding()
  const block = event.target.closest?.(BLOCK)
  if (!block) return
  const { top, height } = block.getBoundingClientRect()
  block.classList.add(event.clientY < top + height / 2 ? "lands-before" : "lands-after")
}

function hideLanding() {
  for (const block of form.querySelectorAll(".lands-before, .lands-after")) {
    block.classList.remove("lands-before", "lands-after")
  }
}

export function takeDroppedArticles() {
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
    const article = JSON.parse(event.dataTransfer.getData("application/x-article"))
    insert(article, { before: blockUnder(event) })
  })
  form.addEventListener("focusin", followWhereOneIs)
  form.addEventListener("click", followWhereOneIs)
  document.addEventListener("formset:removed", showPlace)
  document.addEventListener("blocks:arranged", () => {
    if (state.taken && !blocks().includes(state.taken.block)) tellItIsOut()
    showPlace()
  })
  part("last").addEventListener("click", () => {
    state.here = null
    showPlace()
    part("search").focus()
  })
  part("undo").querySelector("button").addEventListener("click", takeBack)
}
