/* Beside a block: what an editor should know of its article. */

import { element, form, page, words } from "newsletter/composer/page"

const SELECT = ".order-machine .inline-related:not(.empty-form) select[name$=-article]"
const known = new Map()

/* The library has told of these already. */
export function learnNotes(articles) {
  for (const { id, used, concept } of articles) known.set(String(id), { used, concept })
}

async function noteAll() {
  const chosen = [...form.querySelectorAll(SELECT)]
  const unknown = new Set(chosen.map((one) => one.value).filter((id) => id && !known.has(id)))
  if (unknown.size) await learn([...unknown])
  for (const select of chosen) noteBeside(select)
}

async function learn(ids) {
  const address = `${page.dataset.libraryUrl}?artikelen=${ids.join(",")}`
  try {
    const answer = await fetch(address, { redirect: "manual" })
    if (answer.ok) learnNotes((await answer.json()).articles)
  } catch {
    // Without an answer there is nothing to say; the preview tells of the trouble.
  }
}

function noteBeside(select) {
  const row = select.closest(".form-row")
  row.querySelector(".article-notes")?.remove()
  const { used, concept } = known.get(select.value) ?? {}
  const sentences = [used && words.usedBefore.replace("%s", used), concept]
  if (!sentences.some(Boolean)) return
  const notes = element("p", "article-notes")
  notes.append(...sentences.filter(Boolean).map((one) => element("span", "", one)))
  row.append(notes)
}

export function noteArticles() {
  noteAll()
  django.jQuery(form).on("change", SELECT, noteAll)
}
