/* What is typed is kept on the server while typing, and once more when one leaves. */

import { form, page, takeNewToken, words } from "newsletter/composer/page"

const FIRST_PAUSE = 800
const PAUSE = 5000
const HERE = page ? `composer-draft:${page.dataset.keepUrl}:${page.dataset.user}:` : ""
const keeping = { timer: 0, keptAt: 0, isDirty: false, isOver: false }

/* The form, without what belongs to one request only. */
function formToKeep() {
  const data = new FormData(form)
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name)
  data.delete("csrfmiddlewaretoken")
  form.elements.turn.value = Number(form.elements.turn.value) + 1
  data.set("turn", form.elements.turn.value)
  return new URLSearchParams(data)
}

export function keepSoon() {
  keeping.isDirty = true
  if (keeping.isOver || keeping.timer) return
  const pause = Math.max(FIRST_PAUSE, keeping.keptAt + PAUSE - Date.now())
  keeping.timer = setTimeout(keepNow, pause)
}

async function keepNow() {
  keeping.timer = 0
  keeping.keptAt = Date.now()
  const data = formToKeep()
  try {
    const answer = await send(data)
    if (!answer.kept) {
      // This page was saved before: what is typed on it now begins a draft of its own.
      form.elements.page.value = answer.page
      form.elements.turn.value = 0
      return keepSoon()
    }
    keeping.isDirty = keeping.timer !== 0
    forgetHere(data)
    say(words.kept.replace("%s", clock()))
  } catch {
    keepHere(data)
    say(words.keptHere)
    keepSoon()
  }
}

async function send(data) {
  const answer = await fetch(page.dataset.keepUrl, {
    method: "POST",
    body: signed(data),
    redirect: "manual",
  })
  if (!answer.ok) throw new Error(answer.statusText)
  return answer.json()
}

function signed(data) {
  takeNewToken()
  const letter = new URLSearchParams(data)
  letter.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  return letter
}

function clock() {
  return new Date().toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
  })
}

function say(sentence) {
  const place = page.querySelector("[data-kept]")
  if (place && place.textContent !== sentence) place.textContent = sentence
}

/* --- When the server cannot be asked --- */

function keepHere(data) {
  try {
    localStorage.setItem(HERE + data.get("page"), data.toString())
  } catch {
    // Full or forbidden: the page itself still has the text.
  }
}

function forgetHere(data) {
  localStorage.removeItem(HERE + data.get("page"))
}

function keepWhileLeaving() {
  if (keeping.isOver || !keeping.isDirty) return
  const data = formToKeep()
  // A beacon may be too large, or nobody may be logged in any more.
  keepHere(data)
  navigator.sendBeacon(page.dataset.keepUrl, signed(data))
}

/* What stayed on this device goes to the server, which offers it back. */
async function bringWhatStayedHere() {
  let isNews = false
  for (const key of Object.keys(localStorage).filter((key) => key.startsWith(HERE))) {
    const data = new URLSearchParams(localStorage.getItem(key))
    if (data.get("page") === form.elements.page.value) continue
    const { kept } = await send(data)
    localStorage.removeItem(key)
    isNews ||= kept
  }
  if (isNews && !keeping.isDirty) location.reload()
}

/* Saved, or trying to: what was kept is let go of by whoever saves it. */
export function stopKeeping() {
  clearTimeout(keeping.timer)
  keeping.isOver = true
  // If nobody is logged in any more, saving fails: then it is offered from here.
  keepHere(formToKeep())
}

export function keepDrafts() {
  bringWhatStayedHere().catch(() => {})
  window.addEventListener("pagehide", keepWhileLeaving)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keepWhileLeaving()
  })
  // Who comes back by the button of the browser gets the page anew, not as it was.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload()
  })
}
