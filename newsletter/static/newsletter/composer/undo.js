/* A block that was removed, put in or moved comes back by one press. */

import { blocks, firstField, nameBlocks } from "newsletter/composer/blocks"
import { announce, element, form, page, words } from "newsletter/composer/page"

const ALL = ".order-machine .inline-related:not(.empty-form)"
const history = { done: [], undone: [], now: null, timer: 0, isLeaving: false, onChange: null }

/* --- How the blocks stand: which there are, in which order --- */

function arrangement() {
  const stand = new Map()
  for (const block of form.querySelectorAll(ALL)) {
    stand.set(block, isRemoved(block) ? null : order(block).value)
  }
  return stand
}

function order(block) {
  return block.querySelector(".order-machine-ordering")
}

function isRemoved(block) {
  return block.classList.contains("removed")
}

function isSame(one, other) {
  const keys = new Set([...one.keys(), ...other.keys()])
  return [...keys].every((block) => (one.get(block) ?? null) === (other.get(block) ?? null))
}

/* Whatever arranged the blocks (a key, the mouse, the library), it can be undone. */
function noticeArrangement() {
  clearTimeout(history.timer)
  history.timer = setTimeout(() => {
    const now = arrangement()
    makeRemovable()
    if (isSame(history.now, now)) return
    history.done.push(history.now)
    history.undone = []
    const { told, isMove } = whatChanged(history.now, now)
    // A move said itself where it went, which is more.
    offer(told, words.undo, undo, { aloud: !isMove })
    history.now = now
    tellArranged()
  }, 60)
}

/* Removing by our own button changes no field that would say so itself. */
function tellArranged() {
  history.onChange()
  document.dispatchEvent(new Event("blocks:arranged"))
}

function whatChanged(before, after) {
  const changed = [...after.keys()].filter((block) => (before.get(block) ?? null) !== (after.get(block) ?? null))
  const gone = changed.filter((block) => after.get(block) === null)
  const came = changed.filter((block) => (before.get(block) ?? null) === null)
  if (gone.length) return { told: sentence(gone, words.removed, words.removedMany) }
  if (came.length) return { told: sentence(came, words.cameIn, words.cameInMany) }
  const moved = changed.length > 1 ? words.movedMany : sentence(changed, words.wasMoved)
  return { told: moved, isMove: true }
}

function sentence(which, one, many) {
  if (which.length > 1) return many.replace("%s", which.length)
  return one.replace("%s", which[0].getAttribute("aria-label") || words.block)
}

/* --- Removing: the block stays in the form, unseen, until it is saved --- */

function remove(block) {
  const next = blocks()[blocks().indexOf(block) + 1] ?? blocks()[blocks().indexOf(block) - 1]
  putAway(block, true)
  noticeArrangement()
  focusOn(next)
}

function putAway(block, isGone) {
  block.classList.toggle("removed", isGone)
  const box = block.querySelector(".delete input[type=checkbox]")
  if (box) box.checked = isGone
  else if (isGone) block.append(deleteMark(block))
  else block.querySelector("[data-delete-mark]")?.remove()
}

/* A block that was never saved has no box for it in Django's form. */
function deleteMark(block) {
  const mark = element("input", "")
  mark.type = "hidden"
  mark.name = order(block).name.replace(/-ordering$/, "-DELETE")
  mark.value = "on"
  mark.dataset.deleteMark = ""
  return mark
}

function focusOn(block) {
  const bar = block?.querySelector(".fold") ?? form.querySelector(".order-machine-insert-target.last")
  bar?.focus({ preventScroll: true })
  block?.scrollIntoView({ block: "nearest" })
}

function makeRemovable() {
  for (const moves of form.querySelectorAll(`${ALL} .moves:not(:has([data-remove]))`)) {
    moves.append(removeButton(moves.closest(".inline-related")))
  }
}

function removeButton(block) {
  const button = element("button", "", "×")
  button.type = "button"
  button.dataset.remove = ""
  button.title = words.remove
  button.setAttribute("aria-label", words.remove)
  button.addEventListener("click", (event) => {
    event.preventDefault()
    event.stopPropagation()
    remove(block)
  })
  return button
}

/* --- Undoing --- */

function restore(stand) {
  for (const block of form.querySelectorAll(ALL)) {
    const place = stand.get(block) ?? null
    putAway(block, place === null)
    if (place === null) continue
    order(block).value = place
    block.style.order = place
  }
  history.now = arrangement()
  nameBlocks()
  tellArranged()
}

function step(from, to) {
  const stand = from.pop()
  if (!stand) return false
  to.push(arrangement())
  const back = [...stand.keys()].find((block) => stand.get(block) !== null && isRemoved(block))
  restore(stand)
  if (back) focusOn(back)
  return true
}

export function undo() {
  if (step(history.done, history.undone)) offerRedo()
}

export function redo() {
  if (step(history.undone, history.done)) offer(words.redone, words.undo, undo)
}

function offerRedo() {
  offer(words.undone, words.redo, redo)
}

export function offer(told, label, act, { aloud = true } = {}) {
  const line = page.querySelector("[data-undo]")
  const button = element("button", "button desk-plain", label)
  button.type = "button"
  button.addEventListener("click", act)
  line.replaceChildren(element("span", "", told), button)
  line.hidden = false
  if (aloud) announce(told)
}

function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=hidden]), textarea, select, [contenteditable=true], dialog")
}

function undoByKeys(event) {
  const isZ = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.altKey
  const isY = event.key.toLowerCase() === "y" && event.ctrlKey && !event.altKey
  if (!(isZ || isY) || isTyping(event.target)) return
  event.preventDefault()
  if (isY || event.shiftKey) redo()
  else undo()
}

/* Django takes an unsaved block out of the page for good: then nothing could come back. */
function keepUnsavedBlocks(event) {
  const link = event.target.closest?.(".inline-deletelink")
  if (!link || history.isLeaving) return
  event.preventDefault()
  event.stopImmediatePropagation()
  remove(link.closest(".inline-related"))
}

/* What was put in and removed again must not be sent: here Django's own way is right. */
export function dropRemovedUnsaved() {
  history.isLeaving = true
  for (const block of form.querySelectorAll(`${ALL}.removed`)) {
    if (block.querySelector("[data-delete-mark]")) block.querySelector(".inline-deletelink")?.click()
  }
  history.isLeaving = false
}

export function letUndo(onChange) {
  history.onChange = onChange
  for (const box of form.querySelectorAll(`${ALL} .delete input:checked`)) {
    putAway(box.closest(".inline-related"), true)
  }
  history.now = arrangement()
  makeRemovable()
  form.addEventListener("click", keepUnsavedBlocks, true)
  document.addEventListener("keydown", undoByKeys)
  for (const act of ["formset:added", "drop", "click", "keydown"]) {
    document.addEventListener(act, noticeArrangement, true)
  }
}
