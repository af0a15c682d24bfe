/* Blocks: their order, their names, and all of it by keyboard. */

import { announce, element, form, words } from "newsletter/composer/page"
import { askSoon } from "newsletter/composer/preview"

export function blocks() {
  return [...form.querySelectorAll(".order-machine .inline-related:not(.empty-form)")]
    .filter((block) => !block.hidden && block.offsetParent !== null)
    .sort((one, other) => orderOf(one) - orderOf(other))
}

function orderOf(block) {
  return Number(block.querySelector(".order-machine-ordering")?.value || block.style.order || 0)
}

export function firstField(block) {
  const fields = block.querySelectorAll(
    ".picture-choice button, .ProseMirror[contenteditable], input:not([type=hidden]):not([type=checkbox]), textarea, select, .select2-selection",
  )
  return [...fields].find((field) => field.offsetParent !== null)
}

/* Order is a number, never a place in the document: Django counts rows by their place. */
export function moveTo(block, to) {
  const all = blocks()
  if (to < 0 || to >= all.length) return
  all.splice(to, 0, all.splice(all.indexOf(block), 1)[0])
  all.forEach((one, index) => {
    const order = 10 * (index + 1)
    one.style.order = order
    one.querySelector(".order-machine-ordering").value = order
  })
  announce(words.moved.replace("%s", to + 1).replace("%s", all.length))
  block.scrollIntoView({ block: "nearest" })
  askSoon(150)
}

function move(block, step) {
  moveTo(block, blocks().indexOf(block) + step)
}

function movesOfABlock(block) {
  if (block.querySelector("[data-move]")) return
  const heading = block.querySelector("h3")
  if (!heading) return
  const buttons = document.createElement("span")
  buttons.className = "moves"
  for (const [step, sign, label] of [[-1, "↑", words.up], [1, "↓", words.down]]) {
    const button = document.createElement("button")
    button.type = "button"
    button.dataset.move = step
    button.textContent = sign
    button.title = label
    button.setAttribute("aria-label", label)
    button.addEventListener("click", (event) => {
      event.preventDefault()
      event.stopPropagation()
      move(block, step)
      button.focus()
    })
    buttons.append(button)
  }
  heading.append(buttons)
}

/* content-editor's own buttons are spans and links without an address. */
function openToKeyboard() {
  // An icon is drawn from the letters of its name; nobody should hear those.
  for (const icon of form.querySelectorAll("span.material-icons")) icon.ariaHidden = "true"
  for (const target of form.querySelectorAll(".order-machine-insert-target:not([role])")) {
    target.tabIndex = 0
    target.setAttribute("role", "button")
    target.setAttribute("aria-label", words.add)
  }
  for (const button of form.querySelectorAll(".plugin-button[data-plugin-prefix]")) {
    button.tabIndex = 0
  }
  const all = form.querySelector(".collapse-items input")
  all?.setAttribute("aria-label", form.querySelector(".collapse-all")?.lastChild.textContent.trim())
}

/* What a block is about, as it is typed: the bar of a closed block tells it apart. */
const SAYS_MOST = ["title", "heading", "question", "quote", "text", "label", "speaker", "body", "article"]

function aboutOf(block) {
  for (const name of SAYS_MOST) {
    const field = block.querySelector(`[name$="-${name}"]`)
    const value =
      field?.tagName === "SELECT" ? field.selectedOptions[0]?.value && field.selectedOptions[0].text : field?.value
    const plain = new DOMParser().parseFromString(value || "", "text/html").body.textContent.trim()
    if (plain) return plain.length > 60 ? `${plain.slice(0, 58)}…` : plain
  }
  return ""
}

export function nameBlocks() {
  for (const block of form.querySelectorAll(".order-machine .inline-related:not(.empty-form)")) {
    const kind = block.querySelector("h3 > b")?.textContent.replace(/:\s*$/, "").trim() ?? words.block
    const about = aboutOf(block)
    const label = block.querySelector("h3 .inline_label")
    if (label && label.textContent !== about) label.textContent = about
    block.setAttribute("role", "group")
    block.setAttribute("aria-label", about ? `${kind}: ${about}` : kind)
    movesOfABlock(block)
    toggleOfABlock(block)
  }
}

/* The bar opens and closes by mouse; this button does so for everyone. */
function toggleOfABlock(block) {
  const bar = block.querySelector("h3")
  if (!bar || bar.querySelector(".fold")) return
  const button = element("button", "fold")
  button.type = "button"
  const tell = () => {
    const open = !block.classList.contains("collapsed")
    button.setAttribute("aria-expanded", String(open))
    button.setAttribute("aria-label", open ? words.close : words.open)
    button.title = open ? words.close : words.open
  }
  new MutationObserver(tell).observe(block, { attributeFilter: ["class"] })
  tell()
  bar.prepend(button)
}

export function prepare() {
  openToKeyboard()
  nameBlocks()
}

/* A new block is entered at its first field; who went on meanwhile, in it or elsewhere, stays. */
export function enterSoon(block) {
  const before = document.activeElement
  setTimeout(() => {
    const here = document.activeElement
    // That is where content-editor itself leaves the keyboard.
    const itsOwn = block.querySelector("input, select, textarea")
    if ([before, itsOwn, document.body].includes(here)) firstField(block)?.focus()
  }, 60)
}

export function openBlock(block) {
  if (!block) return
  block.classList.remove("collapsed")
  block.scrollIntoView({ block: "center", behavior: "auto" })
  firstField(block)?.focus()
}

/* Alt and an arrow move the block one is in; the place in the text stays. */
export function moveByKeys(event) {
  const block = event.target.closest?.(".order-machine .inline-related")
  if (!block || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return
  event.preventDefault()
  const focused = document.activeElement
  move(block, event.key === "ArrowUp" ? -1 : 1)
  focused.focus()
}

/* A link of the list of things to put right leads to its field or its block. */
export function goWhereAsked(hash) {
  const asked = document.getElementById(hash.slice(1))
  if (!asked || !form.contains(asked)) return
  const block = asked.closest(".order-machine .inline-related")
  if (block) openBlock(block)
  if (block === asked) return
  const place = typedIn(asked)
  place.focus()
  // A text editor comes into sight by itself only when something is typed.
  place.scrollIntoView({ block: "center" })
}

/* A text editor or a chooser stands in for the field that it fills. */
function typedIn(field) {
  const row = field.closest(".form-row") ?? field.parentElement
  const standIn = row.querySelector(".ProseMirror[contenteditable], .select2-selection")
  const isHidden = field.offsetParent === null || field.matches(".select2-hidden-accessible")
  return (isHidden && standIn) || field
}

/* content-editor makes its list of blocks on jQuery's queue, before or after our turn. */
export function whenBlocksAreThere(act) {
  if (form.querySelector(".order-machine .order-machine-insert-target")) act()
  else document.addEventListener("content-editor:ready", act, { once: true })
}
