/* Who else is at work in this issue, and whether somebody saved it meanwhile. */

import { element, form, page, takeNewToken, words } from "newsletter/composer/page"

const EVERY = 5000
const EVERY_HIDDEN = 20000
const work = document.querySelector("[data-work]")
const told = { timer: 0, where: "", isTold: "" }

function whereIAm() {
  const here = document.activeElement
  const block = here?.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (block) return block.getAttribute("aria-label") ?? ""
  const label = form.contains(here) && here.id ? form.querySelector(`label[for="${CSS.escape(here.id)}"]`) : null
  return label?.textContent.replace(/:\s*$/, "").trim() ?? ""
}

function letter(more) {
  takeNewToken()
  return new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, ...more })
}

async function tell(isChanged) {
  clearTimeout(told.timer)
  // Whoever went to another field stays known by the last one.
  told.where = whereIAm() || told.where
  try {
    const answer = await fetch(page.dataset.presenceUrl, {
      method: "POST",
      body: letter({ where: told.where }),
      redirect: "manual",
    })
    if (answer.ok) show(await answer.json(), isChanged)
  } catch {
    // No answer now; the next one tells.
  }
  told.timer = setTimeout(() => tell(isChanged), document.hidden ? EVERY_HIDDEN : EVERY)
}

function show({ others, version, saved }, isChanged) {
  say(work.querySelector("[data-others]"), others.join(" "))
  const isBehind = version > Number(form.elements.seen_version?.value)
  const line = work.querySelector("[data-saved-meanwhile]")
  if (!isBehind || told.isTold === saved + isChanged()) return
  told.isTold = saved + isChanged()
  say(line, isChanged() ? `${saved} ${words.theirsIsNewer}` : saved)
  if (!isChanged()) line.append(" ", showTheirs())
}

function say(line, sentence) {
  if (line.textContent !== sentence) line.textContent = sentence
  line.hidden = !sentence
}

function showTheirs() {
  const button = element("button", "button desk-plain", words.showTheirs)
  button.type = "button"
  button.addEventListener("click", () => location.reload())
  return button
}

export function tellPresence(isChanged) {
  tell(isChanged)
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tell(isChanged)
  })
  window.addEventListener("pagehide", () => {
    clearTimeout(told.timer)
    navigator.sendBeacon(page.dataset.presenceUrl, letter({ left: "1" }))
  })
}
