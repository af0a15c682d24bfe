/* What is said of a block: opened beside the form, which stays as it is. */

import { announce, element, form, page, takeNewToken, words } from "newsletter/composer/page"

const dialog = document.querySelector("[data-talk]")
const part = (name) => dialog.querySelector(`[data-talk-${name}]`)
const isPhone = matchMedia("(max-width: 767px)")
const talk = { open: {}, block: null, typed: new Map() }

/* A block is named by its row; one that was never saved has none. */
function keyOf(block) {
  const row = form.elements[`${block.id}-id`]?.value
  const kind = block.id.match(/^newsletter_(\w+)_set-/)?.[1]
  return row && kind ? `${kind}-${row}` : ""
}

/* --- The button on each block --- */

export function offerTalk() {
  for (const block of form.querySelectorAll(".order-machine .inline-related:not(.empty-form)")) {
    const moves = block.querySelector(".moves")
    if (moves && !moves.querySelector("[data-talk-of]")) moves.prepend(talkButton(block))
  }
}

function talkButton(block) {
  const button = element("button", "talk-of")
  button.type = "button"
  button.dataset.talkOf = ""
  button.addEventListener("click", (event) => {
    event.preventDefault()
    event.stopPropagation()
    openTalk(block)
  })
  tellCount(button, talk.open[keyOf(block)] ?? 0)
  return button
}

function tellCount(button, count) {
  const label = count ? words.talkOpen[count === 1 ? 0 : 1].replace("%s", count) : words.talk
  button.title = label
  button.setAttribute("aria-label", label)
  button.textContent = count || ""
}

/* --- The talk --- */

async function openTalk(block) {
  const key = keyOf(block)
  if (!key) return announceHere(block)
  keepTyped()
  talk.block = block
  part("title").textContent = block.getAttribute("aria-label") || words.block
  part("said").textContent = ""
  part("body").replaceChildren()
  if (!dialog.open) isPhone.matches ? dialog.showModal() : dialog.show()
  part("close").focus()
  await exchange(fetch(`${page.dataset.talkUrl}?blok=${key}`, { redirect: "manual" }))
  const field = part("new")
  if (!field) return
  field.value ||= talk.typed.get(key) ?? ""
  field.focus()
}

function announceHere(block) {
  announce("")
  const said = element("p", "talk-later", words.talkAfterSaving)
  said.setAttribute("role", "status")
  block.querySelector(".talk-later")?.remove()
  block.querySelector("h3").after(said)
}

/* Shows the answer; what is typed stays when there is none. */
async function exchange(asked) {
  try {
    const answer = await asked
    if (answer.type === "opaqueredirect") return say(words.logInAgain)
    if (!answer.ok && answer.status !== 400) return say(words.noAnswer)
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").body
    part("body").replaceChildren(...told.childNodes)
    say(part("body").firstElementChild.dataset.told)
    const count = part("body").querySelectorAll("[data-open]").length
    talk.open[keyOf(talk.block)] = count
    tellCount(talk.block.querySelector("[data-talk-of]"), count)
    return answer.ok
  } catch {
    say(words.noAnswer)
  }
}

function say(sentence) {
  part("said").textContent = sentence
}

async function send(event) {
  event.preventDefault()
  const data = new URLSearchParams(new FormData(event.target, event.submitter))
  takeNewToken()
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  const isWritten = await exchange(
    fetch(page.dataset.talkUrl, { method: "POST", body: data, redirect: "manual" }),
  )
  if (isWritten) talk.typed.delete(keyOf(talk.block))
  part("new")?.focus()
}

function keepTyped() {
  if (talk.block && part("new")) talk.typed.set(keyOf(talk.block), part("new").value)
}

export function isTalking() {
  keepTyped()
  return [...talk.typed.values()].some(Boolean)
}

function close() {
  keepTyped()
  dialog.close()
  talk.block?.querySelector("[data-talk-of]")?.focus()
}

export function letTalk() {
  talk.open = JSON.parse(document.getElementById("open-talk").textContent)
  offerTalk()
  part("close").addEventListener("click", close)
  dialog.addEventListener("submit", send)
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    event.preventDefault()
    close()
  })
}
