/* The mail beside the form: true, as it is being typed. */

import { openBlock } from "newsletter/composer/blocks"
import { askOfWhatIsSaved, tellOfWhatIsTyped } from "newsletter/composer/findings"
import { element, form, page, takeNewToken, words } from "newsletter/composer/page"

const TYPING_PAUSE = 150
const preview = {
  frame: page?.querySelector("[data-preview-frame]"),
  text: page?.querySelector("[data-preview-text]"),
  status: page?.querySelector("[data-preview-status]"),
  request: null,
  timer: 0,
  last: "",
  mail: null,
  here: "",
}

function formAsTyped() {
  takeNewToken()
  const data = new FormData(form)
  for (const [name, value] of [...data]) {
    if (value instanceof File && !value.size) data.delete(name)
  }
  return data
}

export function askSoon(pause = TYPING_PAUSE) {
  clearTimeout(preview.timer)
  preview.timer = setTimeout(ask, pause)
}

/* Something outside the form changed: the same text may be another mail now. */
export function askAnew() {
  preview.last = ""
  askOfWhatIsSaved()
  return ask()
}

export async function ask() {
  const data = formAsTyped()
  data.set("preview_reader", page.querySelector("[data-preview-reader]").value)
  // The server reads this form several times faster than one in parts.
  const typed = new URLSearchParams(data).toString()
  if (typed === preview.last) return
  preview.last = typed
  const asked = performance.now()
  preview.request?.abort()
  preview.request = new AbortController()
  try {
    const answer = await fetch(page.dataset.previewUrl, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: typed,
      signal: preview.request.signal,
      redirect: "manual",
    })
    const isOurs = answer.headers.get("content-type")?.includes("json")
    if (answer.type === "opaqueredirect" || (answer.status === 403 && !isOurs)) {
      preview.last = ""
      return say(words.logInAgain)
    }
    const mail = await answer.json()
    if (mail.error) return say(mail.error)
    show(mail, asked)
  } catch (error) {
    if (error.name !== "AbortError") {
      preview.last = ""
      say(words.noAnswer)
    }
  }
}

function say(sentence) {
  preview.status.textContent = sentence
}

function show(mail, asked) {
  preview.mail = mail
  for (const place of page.querySelectorAll("[data-inbox]")) {
    place.textContent = mail[place.dataset.inbox]
  }
  preview.text.textContent = mail.text
  draw(asked)
  const parts = [words.blocks.replace("%s", mail.blocks)]
  if (mail.errors) parts.push(words.errors.replace("%s", mail.errors))
  preview.status.textContent = [...parts, ...mail.failures].join(" · ")
  weigh(mail)
  tellOfWhatIsTyped(mail.findings)
}

/* How heavy the mail is, and which blocks make it so. */
function weigh(mail) {
  page.dataset.weight = mail.kilobytes >= 90 ? "stop" : mail.kilobytes >= 80 ? "warn" : "fine"
  page.querySelector("[data-weight-words]").textContent = words.weight.replace("%s", mail.kilobytes)
  page.querySelector("[data-weight-meter]").value = mail.kilobytes
  const heaviest = mail.sizes
    .map((size, index) => ({ size, place: mail.places[index] }))
    .sort((one, other) => other.size - one.size)
  page.querySelector("[data-weight-blocks]").replaceChildren(...heaviest.map(weightOfABlock))
}

function weightOfABlock({ size, place }) {
  const block = document.getElementById(place)
  const button = element("button", "", block?.getAttribute("aria-label") || words.block)
  button.type = "button"
  button.addEventListener("click", () => openBlock(block))
  const item = element("li", "")
  item.append(button, element("span", "", `${(size / 1000).toFixed(1).replace(".", words.point)} kB`))
  return item
}

function draw(asked) {
  if (!preview.mail) return
  const chosen = new Set(
    [...page.querySelectorAll("[data-mode][aria-pressed=true]")].map((b) => b.dataset.mode),
  )
  let html = preview.mail.html
  // The page cannot change what the browser prefers, so the mail's own question is
  // answered for it. Gmail's and Outlook's own inversion is not shown.
  html = html.replaceAll("(prefers-color-scheme: dark)", chosen.has("dark") ? "all" : "not all")
  html = html.replaceAll("(prefers-color-scheme:dark)", chosen.has("dark") ? "all" : "not all")
  if (chosen.has("images")) html = html.replaceAll(/<img([^>]*?)\ssrc="[^"]*"/g, "<img$1")
  const top = preview.frame.contentWindow?.scrollY ?? 0
  preview.frame.addEventListener(
    "load",
    () => {
      preview.frame.contentWindow.scrollTo(0, top)
      preview.frame.contentDocument.addEventListener("click", pressedInMail)
      markInMail(preview.here)
      if (asked) page.dataset.latency = Math.round(performance.now() - asked)
    },
    { once: true },
  )
  preview.frame.srcdoc = html
  page.dataset.view = chosen.has("text") ? "text" : chosen.has("phone") ? "phone" : "wide"
}

/* A press on a block in the mail opens its form. */
function pressedInMail(event) {
  event.preventDefault()
  const part = event.target.closest("[class*=block-]")
  const place = part?.className.match(/block-(\d+)/)?.[1]
  if (place) openBlock(document.getElementById(preview.mail.places[place - 1]))
}

/* And the other way round: where one types, the mail shows its place. */
function followInMail(event) {
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block || block.id === preview.here) return
  preview.here = block.id
  const part = markInMail(block.id)
  if (!part) return
  const { top, bottom } = part.getBoundingClientRect()
  const mailWindow = preview.frame.contentWindow
  if (top < 0 || bottom > mailWindow.innerHeight) {
    mailWindow.scrollTo({ top: mailWindow.scrollY + top - 40, behavior: "auto" })
  }
}

function markInMail(id) {
  const mail = preview.frame.contentDocument
  const place = preview.mail?.places.indexOf(id) + 1
  for (const part of mail.querySelectorAll("[data-here]")) {
    part.style.outline = ""
    delete part.dataset.here
  }
  const part = place ? mail.querySelector(`.block-${place}`) : null
  if (!part) return null
  part.style.outline = "2px solid #9a4a32"
  part.style.outlineOffset = "-2px"
  part.dataset.here = ""
  return part
}

/* The buttons above the mail: phone, dark, without pictures, plain text, whose mail. */
export function showAsChosen() {
  for (const button of page.querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"))
      draw()
    })
  }
  page.querySelector("[data-preview-reader]").addEventListener("change", ask)
  form.addEventListener("focusin", followInMail)
}
