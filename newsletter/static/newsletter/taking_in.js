/* What is pasted is cleaned at once, so that an editor sees what will be taken in. */

const form = document.getElementById("take-in")
const plain = form.elements.pasted
const preview = document.getElementById("pasted-preview")
const again = document.getElementById("pasted-again")
const status = document.getElementById("pasted-status")
const list = document.getElementById("pasted-left-out")
const words = document.getElementById("taking-in-words").dataset
let leftOut = []

function show(isPreview) {
  plain.hidden = isPreview
  preview.hidden = again.hidden = !isPreview
}

function tell(sentence, sentences = []) {
  status.textContent = sentence
  for (const each of sentences) {
    const row = document.createElement("li")
    row.textContent = each
    list.append(row)
  }
}

async function cleaned(html) {
  const body = new FormData()
  body.append("html", html)
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }
  const answer = await fetch(form.dataset.clean, { method: "POST", body, headers })
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new Error()
  const told = await answer.json()
  if (told.error) throw new Error(told.error)
  return told
}

function insert(html) {
  const range = document.getSelection().rangeCount && document.getSelection().getRangeAt(0)
  const parts = document.createRange().createContextualFragment(html)
  if (range && preview.contains(range.commonAncestorContainer) && preview.textContent) {
    range.deleteContents()
    range.insertNode(parts)
    range.collapse(false)
  } else {
    preview.replaceChildren(parts)
  }
}

async function paste(event) {
  const html = event.clipboardData.getData("text/html")
  const text = event.clipboardData.getData("text/plain")
  // Where something was typed already, a paste is a part of that.
  if (!html || (event.currentTarget === plain && plain.value.trim())) {
    if (event.currentTarget !== preview) return
  }
  event.preventDefault()
  try {
    const told = html ? await cleaned(html) : { html: asParagraphs(text), left_out: [], sentences: [] }
    show(true)
    insert(told.html)
    leftOut = leftOut.concat(told.left_out)
    tell(words.cleaned, told.sentences)
    preview.focus()
  } catch (trouble) {
    show(false)
    plain.value += text
    tell(trouble.message || words.plain)
  }
}

function asParagraphs(text) {
  const box = document.createElement("div")
  for (const line of text.split(/\n+/)) {
    const row = document.createElement("p")
    row.textContent = line
    box.append(row)
  }
  return box.innerHTML
}

plain.addEventListener("paste", paste)
preview.addEventListener("paste", paste)
again.addEventListener("click", () => {
  leftOut = []
  preview.replaceChildren()
  list.replaceChildren()
  plain.value = status.textContent = ""
  show(false)
  plain.focus()
})
form.addEventListener("submit", () => {
  if (preview.hidden) return
  form.elements.pasted_html.value = preview.textContent.trim() ? preview.innerHTML : ""
  form.elements.left_out.value = JSON.stringify(leftOut)
})
