/* The composer: the mail beside the form, the library, and the whole of it by keyboard. */

import {
  firstField,
  goWhereAsked,
  moveByKeys,
  nameBlocks,
  prepare,
  whenBlocksAreThere,
} from "newsletter/composer/blocks"
import { pressedKey } from "newsletter/composer/kinds"
import { offerArticles } from "newsletter/composer/library"
import { form, page, takeNewToken } from "newsletter/composer/page"
import { ask, askSoon, showAsChosen } from "newsletter/composer/preview"

let isChanged = form?.querySelector(".errornote") !== null

function changed(pause) {
  isChanged = true
  askSoon(pause)
}

function followTheForm() {
  form.addEventListener("input", () => changed())
  form.addEventListener("input", () => nameBlocks())
  form.addEventListener("change", () => changed(50))
  // select2 fires jQuery's events only.
  django.jQuery(form).on("change", () => {
    nameBlocks()
    changed(50)
  })
  document.addEventListener("formset:removed", () => changed(50))
  document.addEventListener("formset:added", (event) => {
    prepare()
    setTimeout(() => firstField(event.target)?.focus({ preventScroll: false }), 60)
    changed(50)
  })
  document.addEventListener("drop", () => askSoon(150))
  form.addEventListener("submit", () => {
    takeNewToken()
    isChanged = false
  })
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault()
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
  offerArticles()
  whenBlocksAreThere(() => {
    prepare()
    ask()
    if (asked && !asked.includes("=")) goWhereAsked(asked)
  })
}

if (page && form) {
  if (document.readyState === "complete") begin()
  else window.addEventListener("load", begin)
}
