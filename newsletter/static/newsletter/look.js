/* The look of a newsletter: a picker beside each colour, and a sample that follows. */

const shown = document.querySelector("[data-look]")
const form = shown?.closest("form")
const FIELDS = ["name", "accent_colour", "second_colour", "logo", "logo-clear"]
const PAUSE = 200
let asked = null
let waiting = 0

/* A colour as the browser's own picker wants it; sage while there is none. */
const asPicked = (value) => (/^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : "#55695a")

function addPicker(field) {
  const picker = document.createElement("input")
  picker.type = "color"
  picker.className = "look-picker"
  picker.setAttribute("aria-label", form.querySelector(`label[for="${field.id}"]`).textContent)
  picker.value = asPicked(field.value)
  picker.addEventListener("input", () => {
    field.value = picker.value.toUpperCase()
    field.dispatchEvent(new Event("input", { bubbles: true }))
  })
  field.addEventListener("input", () => { picker.value = asPicked(field.value) })
  field.after(picker)
}

function asTyped() {
  const data = new FormData()
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  data.set("list", shown.dataset.list)
  for (const name of FIELDS) {
    const field = form.elements[name]
    if (!field || (field.type === "checkbox" && !field.checked)) continue
    const value = field.type === "file" ? field.files[0] : field.value.trim()
    if (value) data.set(name, value)
  }
  return data
}

async function follow() {
  asked?.abort()
  asked = new AbortController()
  try {
    const answer = await fetch(shown.dataset.look, {
      method: "POST", body: asTyped(), signal: asked.signal, redirect: "error",
    })
    if (answer.ok || answer.status === 400) shown.innerHTML = await answer.text()
  } catch {
    // An older question, or no network: the sample stays as it was.
  }
}

if (form) {
  for (const name of ["accent_colour", "second_colour"]) {
    if (form.elements[name]) addPicker(form.elements[name])
  }
  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, (event) => {
      if (!FIELDS.includes(event.target.name)) return
      clearTimeout(waiting)
      waiting = setTimeout(follow, PAUSE)
    })
  }
}
