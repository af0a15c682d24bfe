/* For other people's sites: sends a pasted form without leaving the page.
   Without this script, or when anything fails, the form goes to our own page. */
(() => {
  "use strict"
  const json = { Accept: "application/json" }

  const say = (form, words, isGood) => {
    let place = form.querySelector("[data-said]")
    if (!place) {
      place = document.createElement("div")
      place.dataset.said = ""
      form.prepend(place)
    }
    place.setAttribute("role", isGood ? "status" : "alert")
    place.textContent = words
    return place
  }

  const begin = async (form) => {
    const answer = await fetch(form.action, { headers: json, credentials: "omit" })
    form.dataset.opened = (await answer.json()).opened
  }

  const ask = (form, told) => {
    const place = say(form, told.question, false)
    for (const [words, address] of [
      [told.yes, told.suggestion],
      [told.no, told.asked],
    ]) {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = words
      button.addEventListener("click", () => send(form, { meant: address }))
      place.append(" ", button)
    }
    place.querySelector("button").focus()
  }

  const mark = (form, errors) => {
    const [name] = Object.keys(errors)
    const field = form.elements[name]
    for (const one of form.elements) one.removeAttribute("aria-invalid")
    say(form, Object.values(errors).flat().join(" "), false)
    if (field instanceof HTMLElement && field.type !== "hidden") {
      field.setAttribute("aria-invalid", "true")
      field.focus()
    }
  }

  const send = async (form, more) => {
    const data = new FormData(form)
    for (const [name, value] of Object.entries(more)) data.set(name, value)
    data.set("opened", form.dataset.opened || "")
    const options = { method: "POST", body: data, headers: json, credentials: "omit" }
    let told
    try {
      told = await (await fetch(form.action, options)).json()
    } catch {
      form.submit()
      return
    }
    if (told.opened) form.dataset.opened = told.opened
    if (told.done) {
      const place = say(form, told.words, true)
      form.replaceChildren(place)
      place.tabIndex = -1
      place.focus()
    } else if (told.question) ask(form, told)
    else if (told.errors) mark(form, told.errors)
    else form.submit()
  }

  for (const form of document.querySelectorAll("form[data-newsletter]")) {
    // Whoever began is timed from then; a page may stand open for days.
    form.addEventListener("focusin", () => begin(form).catch(() => {}), { once: true })
    form.addEventListener("submit", (pressed) => {
      pressed.preventDefault()
      send(form, {})
    })
  }
})()
