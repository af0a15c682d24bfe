/* Choosing a picture by looking: thumbnails while searching, a new one on the spot. */

import { words } from "newsletter/pictures/words"

const SELECTS = "select[data-field-name=picture], select[data-field-name=portrait]"
const shut = document.querySelector("[data-picture-window]")
const known = new Map()
const search = { page: 0, timer: 0, select: null }

function element(tag, className, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text) made.textContent = text
  return made
}

function button(className, text, act) {
  const made = element("button", className, text)
  made.type = "button"
  made.addEventListener("click", act)
  return made
}

// --- In the form: what is chosen, and the way to another ---

function prepare() {
  for (const select of document.querySelectorAll(SELECTS)) {
    if (select.closest(".empty-form") || select.dataset.isChosenByLooking) continue
    select.dataset.isChosenByLooking = "1"
    standIn(select)
  }
}

/* The list of names stays in the form, out of sight: it is what is sent. */
function standIn(select) {
  const wrapper = select.closest(".related-widget-wrapper") ?? select.parentElement
  const label = select.labels?.[0]
  const name = label?.textContent.replace(/:\s*$/, "").trim() ?? ""
  const choice = element("div", "picture-choice")
  const picture = element("img", "")
  picture.alt = ""
  const told = element("p", "told")
  const trouble = element("p", "trouble")
  const acts = element("p", "acts")
  const choose = button("quiet", words.choose, () => open(select))
  choose.id = `${select.id}-choose`
  if (label) label.htmlFor = choose.id
  const clear = button("quiet", words.leaveOut, () => {
    set(select, null)
    choose.focus()
  })
  acts.append(choose, clear)
  choice.append(picture, told, trouble, acts)
  wrapper.before(choice)
  wrapper.hidden = true
  const show = () => showChoice(select, { choice, name, picture, told, trouble, choose, clear })
  select.addEventListener("picture:from-article", show)
  django.jQuery(select).on("change", show)
  show()
}

function showChoice(select, { choice, name, picture, told, trouble, choose, clear }) {
  const chosen = select.value && (known.get(select.value) ?? { words: textOf(select) })
  const ofArticle = JSON.parse(select.dataset.fromArticle || "null")
  const seen = chosen || ofArticle
  picture.hidden = !seen?.src
  if (seen?.src) picture.src = seen.src
  choice.classList.toggle("as-in-article", !chosen && Boolean(ofArticle))
  if (chosen) told.textContent = [chosen.words, chosen.credit].filter(Boolean).join(" · ")
  else told.textContent = ofArticle ? words.fromArticle.replace("%s", ofArticle.words) : words.none
  trouble.textContent = chosen?.trouble ?? ""
  nameButton(choose, name, seen ? words.change : words.choose)
  nameButton(clear, name, ofArticle ? words.asArticle : words.leaveOut)
  clear.hidden = !chosen
}

/* What stands on a button is in its name, behind the field that it is of. */
function nameButton(press, name, text) {
  press.textContent = text
  press.setAttribute("aria-label", `${name}: ${text[0].toLowerCase()}${text.slice(1)}`)
}

function textOf(select) {
  return select.selectedOptions[0]?.text ?? ""
}

function set(select, picture) {
  if (picture) {
    known.set(String(picture.id), picture)
    select.append(new Option(picture.words, picture.id, true, true))
  } else {
    select.value = ""
  }
  django.jQuery(select).trigger("change")
}

async function ask(query) {
  const answer = await fetch(`${shut.dataset.url}?${query}`, { redirect: "manual" })
  if (answer.type === "opaqueredirect") throw new Error(words.logInAgain)
  const told = await answer.json()
  if (told.error) throw new Error(told.error)
  return told
}

/* What is chosen when the page opens is shown as well: one request for all of them. */
async function learnChosen() {
  const ids = [...document.querySelectorAll(SELECTS)].map((select) => select.value).filter(Boolean)
  if (!ids.length) return
  try {
    const { pictures } = await ask(new URLSearchParams(ids.map((id) => ["id", id])))
    for (const picture of pictures) known.set(String(picture.id), picture)
  } catch {
    return
  }
  for (const select of document.querySelectorAll(SELECTS)) {
    select.dispatchEvent(new CustomEvent("picture:from-article"))
  }
}

// --- In the window: look, press ---

function open(select) {
  search.select = select
  say("")
  shut.showModal()
  shut.querySelector("[data-picture-search]").focus()
  find(0)
}

function say(sentence) {
  shut.querySelector("[data-window-says]").textContent = sentence
}

async function find(page) {
  const list = shut.querySelector("[data-found]")
  const typed = shut.querySelector("[data-picture-search]").value
  search.page = page
  try {
    const { pictures, more } = await ask(new URLSearchParams({ q: typed, pagina: page }))
    const items = pictures.map(itemOf)
    if (page) list.append(...items)
    else list.replaceChildren(...items)
    if (page) items[0]?.querySelector("button").focus()
    shut.querySelector("[data-more]").hidden = !more
    say(items.length || page ? "" : words.nothingFound)
  } catch (error) {
    say(error instanceof TypeError ? words.noAnswer : error.message)
  }
}

function itemOf(picture) {
  const item = element("li", "")
  const press = button("found-picture", "", () => chosen(picture))
  if (picture.src) {
    const seen = element("img", "")
    seen.src = picture.src
    seen.alt = ""
    seen.loading = "lazy"
    press.append(seen)
  }
  press.append(element("strong", "", picture.words))
  if (picture.credit) press.append(element("small", "", picture.credit))
  if (picture.trouble) press.append(element("small", "trouble", picture.trouble))
  item.append(press)
  return item
}

function chosen(picture) {
  set(search.select, picture)
  shut.close()
}

/* Arrows walk through the pictures as the eye does. */
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "row", ArrowUp: "-row" }[event.key]
  const all = [...shut.querySelectorAll(".found-picture")]
  const here = all.indexOf(event.target.closest(".found-picture"))
  if (!step || here < 0) return
  event.preventDefault()
  const top = all[0].getBoundingClientRect().top
  const across = all.filter((one) => one.getBoundingClientRect().top === top).length
  const to = here + (step === "row" ? across : step === "-row" ? -across : step)
  all[Math.min(all.length - 1, Math.max(0, to))].focus()
}

// --- In the window: a new one ---

async function keepNew(event) {
  event.preventDefault()
  const form = event.target
  for (const old of form.querySelectorAll(".errorlist")) old.remove()
  for (const told of form.querySelectorAll("[data-told]")) {
    told.removeAttribute("aria-describedby")
    delete told.dataset.told
  }
  const press = form.querySelector("[type=submit]")
  press.disabled = true
  try {
    const answer = await fetch(shut.dataset.url, {
      method: "POST",
      body: withNewToken(new FormData(form)),
      redirect: "manual",
    })
    if (answer.type === "opaqueredirect") throw new Error(words.logInAgain)
    const told = await answer.json()
    if (told.error) throw new Error(told.error)
    if (told.errors) return showErrors(form, told.errors)
    form.reset()
    form.closest("details").open = false
    chosen(told.picture)
  } catch (error) {
    say(error instanceof TypeError || error instanceof SyntaxError ? words.noAnswer : error.message)
  } finally {
    press.disabled = false
  }
}

/* Who logs in again in another window gets a new token; this window takes it over. */
function withNewToken(data) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
  if (token) data.set("csrfmiddlewaretoken", token)
  return data
}

function showErrors(form, errors) {
  for (const [name, sentences] of Object.entries(errors)) {
    const field = form.querySelector(`[name$="${name}"]`)
    const list = element("ul", "errorlist")
    list.append(...sentences.map((sentence) => element("li", "", sentence)))
    if (!field) {
      form.prepend(list)
      continue
    }
    const row = field.closest(".new-picture > div") ?? field.parentElement
    row.hidden = false
    list.id = `${field.id}-errors`
    field.setAttribute("aria-describedby", list.id)
    field.dataset.told = "1"
    row.prepend(list)
  }
  const first = form.querySelector(".errorlist")
  ;(first.parentElement.querySelector("input:not([type=hidden]), select") ?? form.elements[1]).focus()
}

export function offerChoice() {
  if (!shut) return
  prepare()
  learnChosen()
  document.addEventListener("formset:added", () => setTimeout(prepare, 0))
  shut.querySelector("[data-picture-search]").addEventListener("input", () => {
    clearTimeout(search.timer)
    search.timer = setTimeout(() => find(0), 200)
  })
  shut.querySelector("[data-more]").addEventListener("click", () => find(search.page + 1))
  shut.querySelector("[data-shut]").addEventListener("click", () => shut.close())
  shut.addEventListener("keydown", walk)
  shut.addEventListener("close", () => document.getElementById(`${search.select.id}-choose`)?.focus())
  shut.querySelector("[data-new-picture-form]")?.addEventListener("submit", keepNew)
}
