/* The library beside the form: find an article, press or drag it into the issue. */

import { learnNotes } from "newsletter/composer/article_notes"
import { insert, showPlace, takeDroppedArticles } from "newsletter/composer/inserting"
import { element, form, page, words } from "newsletter/composer/page"

const TYPING_PAUSE = 200
// The order in which they are offered; the first story is the main one by itself.
const AS_WHAT = ["hero", "card", "mustread"]
const part = (name) => page?.querySelector(`[data-library-${name}]`)
const library = {
  section: page?.querySelector("[data-library]"),
  asking: part("form"),
  list: part("list"),
  said: part("said"),
  search: part("search"),
  timer: 0,
  request: null,
  shown: new Set(),
  // Where the keyboard was in the form, to go back to.
  left: null,
}

/* --- Finding --- */

async function answerTo(question) {
  library.request?.abort()
  library.request = new AbortController()
  const address = `${page.dataset.libraryUrl}?${new URLSearchParams(question)}`
  const answer = await fetch(address, { redirect: "manual", signal: library.request.signal })
  if (answer.type === "opaqueredirect") return { error: words.logInAgain }
  return answer.json()
}

async function find(from = 0) {
  const question = new FormData(library.asking)
  question.set("vanaf", from)
  let answer
  try {
    answer = await answerTo(question)
  } catch (error) {
    if (error.name === "AbortError") return
    answer = { error: words.noAnswer }
  }
  if (answer.error) return say(answer.error)
  show(answer, from)
}

function say(sentence) {
  library.said.textContent = sentence
}

function show({ articles, more }, from) {
  library.list.querySelector("[data-more]")?.remove()
  if (!from) {
    library.shown.clear()
    library.list.replaceChildren()
    library.list.scrollTop = 0
  }
  learnNotes(articles)
  // One that came in meanwhile moves the others to the next page.
  const fresh = articles.filter((article) => !library.shown.has(article.id))
  for (const article of fresh) library.shown.add(article.id)
  const items = fresh.map(articleItem)
  library.list.append(...items)
  if (more !== null) library.list.append(moreItem(more))
  stopAt(buttons()[0])
  if (from) return items[0]
  if (!fresh.length) library.list.append(element("li", "empty", words.nothingFound))
  const sentence = more === null ? words.found : words.foundMore
  if (isAsked()) say(fresh.length ? sentence.replace("%s", fresh.length) : words.nothingFound)
}

function isAsked() {
  return [...new FormData(library.asking)].some(([name, value]) => name !== "volgorde" && value)
}

/* More comes by itself when its end is in sight, or by a press. */
const nearTheEnd = new IntersectionObserver((seen) => {
  for (const one of seen) if (one.isIntersecting) one.target.querySelector("button").click()
})

function moreItem(from) {
  const item = element("li", "more")
  item.dataset.more = ""
  const button = element("button", "", words.more)
  button.type = "button"
  button.addEventListener(
    "click",
    async () => {
      const had = buttons().length
      const wasHere = document.activeElement === button
      nearTheEnd.disconnect()
      await find(from)
      if (wasHere) goTo(buttons()[had])
    },
    { once: true },
  )
  item.append(button)
  nearTheEnd.observe(item)
  return item
}

/* --- What is shown of an article --- */

function articleItem(article) {
  const item = element("li", "")
  const button = element("button", "article")
  button.type = "button"
  button.draggable = true
  button.tabIndex = -1
  if (article.picture) button.append(pictureOf(article))
  button.append(toldOf(article))
  button.addEventListener("click", () => putIn(article, null, button))
  button.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("application/x-article", JSON.stringify(article))
    event.dataTransfer.effectAllowed = "copy"
  })
  item.append(button, ...choiceOfKind(article, button))
  return item
}

function pictureOf(article) {
  const picture = element("img", "")
  picture.src = article.picture
  picture.alt = ""
  picture.loading = "lazy"
  picture.width = 72
  picture.height = 48
  return picture
}

function titleId(article) {
  return `library-article-${article.id}`
}

function toldOf(article) {
  const told = element("span", "told")
  const title = element("strong", "", article.title)
  title.id = titleId(article)
  told.append(title)
  const facts = [article.category, words.minutes.replace("%s", article.minutes)]
  told.append(element("small", "", facts.filter(Boolean).join(" · ")))
  const made = [article.authors.join(", "), article.day]
  if (made.some(Boolean)) told.append(element("small", "", made.filter(Boolean).join(" · ")))
  if (article.concept) told.append(element("small", "concept", article.concept))
  if (article.used) told.append(element("small", "used", article.used))
  return told
}

function choiceOfKind(article, button) {
  const opener = element("button", "as", words.as)
  opener.type = "button"
  opener.tabIndex = -1
  opener.setAttribute("aria-expanded", "false")
  opener.setAttribute("aria-describedby", titleId(article))
  const choices = element("span", "kinds")
  choices.setAttribute("role", "group")
  choices.setAttribute("aria-label", words.asWhat.replace("%s", article.title))
  choices.hidden = true
  for (const kind of AS_WHAT) {
    const choice = element("button", "kind", words[`as_${kind}`])
    choice.type = "button"
    choice.addEventListener("click", () => {
      openChoice(opener, false)
      putIn(article, kind, button)
    })
    choices.append(choice)
  }
  opener.addEventListener("click", () => openChoice(opener, choices.hidden))
  return [opener, choices]
}

function openChoice(opener, isOpen) {
  for (const other of library.list.querySelectorAll(".as[aria-expanded=true]")) {
    other.setAttribute("aria-expanded", "false")
    other.nextSibling.hidden = true
  }
  opener.setAttribute("aria-expanded", String(isOpen))
  opener.nextSibling.hidden = !isOpen
  if (isOpen) opener.nextSibling.firstChild.focus()
}

function putIn(article, kind, button) {
  insert(article, { kind })
  setTimeout(() => {
    const here = document.activeElement
    const wentOn = here !== document.body && !form.contains(here)
    // Several articles are put in one after the other: stay in the list.
    if (!wentOn) button.focus({ preventScroll: true })
  }, 80)
}

/* --- By keyboard: one stop of the tab key, arrows inside --- */

function buttons() {
  return [...library.list.querySelectorAll(".article")]
}

function stopAt(button) {
  if (!button) return
  for (const other of library.list.querySelectorAll(".article, .as")) other.tabIndex = -1
  button.tabIndex = 0
  button.nextSibling.tabIndex = 0
}

function goTo(button) {
  if (!button) return
  stopAt(button)
  button.focus()
}

function walk(event) {
  const item = event.target.closest("li")
  const all = buttons()
  const here = all.indexOf(item?.querySelector(".article"))
  const steps = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }
  if (event.target.matches(".kind") && walkKinds(event, item)) return
  if (event.key in steps) {
    event.preventDefault()
    if (steps[event.key] < 0) return library.search.focus()
    const next = all[steps[event.key]]
    next ? goTo(next) : library.list.querySelector("[data-more] button")?.focus()
  } else if (event.key === "ArrowRight" && here >= 0) {
    event.preventDefault()
    openChoice(item.querySelector(".as"), true)
  }
}

/* In the choice of kinds; tells whether the key was meant for it. */
function walkKinds(event, item) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  const isOut = event.key === "Escape" || (event.key === "ArrowLeft" && !event.target.previousSibling)
  if (!step && !isOut) return false
  event.preventDefault()
  event.stopPropagation()
  if (isOut) {
    openChoice(item.querySelector(".as"), false)
    goTo(item.querySelector(".article"))
  } else {
    const next = step > 0 ? event.target.nextSibling : event.target.previousSibling
    next?.focus()
  }
  return true
}

function isWritten(target) {
  return target.closest?.("input, textarea, select, [contenteditable=true], dialog")
}

function pressedAnywhere(event) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return
  if (isWritten(event.target)) return
  event.preventDefault()
  open()
}

function pressedHere(event) {
  if (event.key === "Escape") {
    event.preventDefault()
    close()
  } else if (event.target === library.search && ["ArrowDown", "Enter"].includes(event.key)) {
    event.preventDefault()
    goTo(buttons()[0])
  }
}

/* --- On a narrow screen it is a sheet over the page --- */

const isPhone = matchMedia("(max-width: 767px)")

function tell(isOpen) {
  page.dataset.library = isOpen ? "open" : ""
  part("open").setAttribute("aria-expanded", String(isOpen))
  for (const side of page.querySelectorAll(".form-side, .mail-side")) {
    side.inert = isOpen && isPhone.matches
  }
}

function open() {
  tell(true)
  library.search.focus()
}

function close() {
  const wasSheet = part("close").offsetParent !== null
  tell(false)
  const back = library.left?.isConnected && library.left.offsetParent ? library.left : null
  const goal = wasSheet ? part("open") : (back ?? form.querySelector("#id_subject"))
  goal?.focus()
}

export function offerArticles() {
  takeDroppedArticles()
  showPlace()
  library.asking.addEventListener("input", () => {
    clearTimeout(library.timer)
    library.timer = setTimeout(find, TYPING_PAUSE)
  })
  library.asking.addEventListener("submit", (event) => event.preventDefault())
  library.list.addEventListener("keydown", walk)
  library.list.addEventListener("focusin", (event) => {
    stopAt(event.target.closest("li")?.querySelector(".article"))
  })
  library.section.addEventListener("keydown", pressedHere)
  document.addEventListener("keydown", pressedAnywhere)
  form.addEventListener("focusout", (event) => (library.left = event.target))
  part("open").addEventListener("click", open)
  part("close").addEventListener("click", close)
  return find()
}
