/* The composer: the mail beside the form, the library, and the whole of it by keyboard. */

import { followArticles } from "newsletter/composer/article_fields"
import { noteArticles } from "newsletter/composer/article_notes"
import {
  enterSoon,
  goWhereAsked,
  moveByKeys,
  nameBlocks,
  prepare,
  whenBlocksAreThere,
} from "newsletter/composer/blocks"
import { keepDrafts, keepSoon, stopKeeping } from "newsletter/composer/drafts"
import { pressedKey } from "newsletter/composer/kinds"
import { askOfWhatIsSaved } from "newsletter/composer/findings"
import { offerArticles } from "newsletter/composer/library"
import { form, page, takeNewToken } from "newsletter/composer/page"
import { tellPresence } from "newsletter/composer/presence"
import { ask, askSoon, showAsChosen } from "newsletter/composer/preview"
import { explainKeys } from "newsletter/composer/shortcuts"
import { isTalking, letTalk, offerTalk } from "newsletter/composer/talk"
import { dropRemovedUnsaved, letUndo } from "newsletter/composer/undo"

let isChanged = form?.querySelector(".errornote") !== null || page?.dataset.restored !== undefined

function changed(pause) {
  isChanged = true
  askSoon(pause)
  keepSoon()
}

function followTheForm() {
  form.addEventListener("input", () => changed())
  form.addEventListener("input", () => nameBlocks())
  form.addEventListener("change", () => changed(50))
  // select2 fires jQuery's events only. Django fires them as well when a page begins.
  const chosen = new Map([...form.querySelectorAll("select")].map((one) => [one, one.value]))
  django.jQuery(form).on("change", ({ target }) => {
    if (chosen.get(target) === target.value) return
    chosen.set(target, target.value)
    nameBlocks()
    changed(50)
  })
  document.addEventListener("formset:removed", () => changed(50))
  document.addEventListener("formset:added", (event) => {
    prepare()
    offerTalk()
    enterSoon(event.target)
    changed(50)
  })
  document.addEventListener("drop", () => changed(150))
  form.addEventListener("submit", () => {
    takeNewToken()
    dropRemovedUnsaved()
    stopKeeping()
    isChanged = false
  })
  window.addEventListener("beforeunload", (event) => {
    if (isChanged || isTalking()) event.preventDefault()
  })
}

function followTheKeys() {
  form.addEventListener("keydown", pressedKey)
  form.addEventListener("keydown", moveByKeys)
}

function begin() {
  const asked = location.hash
  followTheForm()
  followTheKeys()
  showAsChosen()
  const found = offerArticles()
  askOfWhatIsSaved()
  explainKeys()
  keepDrafts()
  tellPresence(() => isChanged)
  whenBlocksAreThere(() => {
    prepare()
    letTalk()
    letUndo(() => changed(50))
    followArticles()
    ask()
    // What the library told need not be asked again.
    found.then(noteArticles)
    if (asked && !asked.includes("=")) goWhereAsked(asked)
  })
}

if (page && form) {
  if (document.readyState === "complete") begin()
  else window.addEventListener("load", begin)
}
