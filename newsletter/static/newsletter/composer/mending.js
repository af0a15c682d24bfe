/* One press beside the mail puts a thing right in the form, to be taken back; it saves nothing. */

import { blocks, goWhereAsked, moveTo, openBlock } from "newsletter/composer/blocks"
import { announce, form, takeNewToken, words } from "newsletter/composer/page"
import { askAnew } from "newsletter/composer/preview"
import { offer } from "newsletter/composer/undo"

const inForm = (id) => {
  const found = document.getElementById(id)
  return form.contains(found) ? found : null
}

/* A block that was taken out meanwhile, or a form one may only read, offers no press. */
export function canMend(mend) {
  if (mend.url) return true
  const needed = mend.fills ? Object.keys(mend.fills) : [mend.behind, mend.moves].filter(Boolean)
  return needed.every(inForm)
}

export async function mendByPress(mend) {
  if (mend.url) await mendElsewhere(mend)
  else if (mend.puts) putBehind(mend)
  else if (mend.moves) moveBehind(mend)
  else fillIn(mend)
}

/* --- A field --- */

function fillIn({ fills, label }) {
  const before = new Map(Object.keys(fills).map((id) => [id, inForm(id).value]))
  for (const [id, value] of Object.entries(fills)) fill(id, value)
  const mended = words.mended.replace("%s", label)
  const back = () => {
    before.forEach((value, id) => fill(id, value))
    offer(words.undone, words.redo, () => fillIn({ fills, label }))
  }
  offer(mended, words.undo, back)
}

/* As if it was typed, so that Ctrl+Z in the field takes it back as well. */
function fill(id, value) {
  goWhereAsked(`#${id}`)
  const field = inForm(id)
  const prose = field.closest(".form-row")?.querySelector(".ProseMirror[contenteditable]")?.editor
  if (prose) {
    prose.commands.setContent(value, { emitUpdate: true })
  } else if (field.type === "date") {
    field.value = value
    field.dispatchEvent(new Event("change", { bubbles: true }))
  } else {
    field.select()
    document.execCommand("insertText", false, value)
  }
}

/* --- A block --- */

function moveBehind({ moves, behind }) {
  const block = inForm(moves)
  const others = blocks().filter((one) => one !== block)
  moveTo(block, others.indexOf(inForm(behind)) + 1)
  openBlock(block)
}

function putBehind({ puts, behind, values }) {
  const all = blocks()
  document.addEventListener("formset:added", (event) => choose(event.target, values), { once: true })
  window.ContentEditor._insertBefore = all[all.indexOf(inForm(behind)) + 1] ?? null
  window.ContentEditor.addContent(puts)
}

function choose(block, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = block.querySelector(`[name$="-${name}"]`)
    field.value = value
    field.dispatchEvent(new Event("change", { bubbles: true }))
  }
}

/* --- Another page: a picture, an article, the newsletter itself --- */

async function mendElsewhere({ url }) {
  takeNewToken()
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      redirect: "manual",
    })
    announce(answer.ok ? (await answer.json()).said : words.logInAgain)
  } catch {
    announce(words.noAnswer)
  }
  askAnew()
}
