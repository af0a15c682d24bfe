/* The menu of kinds of blocks, by keyboard. */

import { form } from "newsletter/composer/page"

function kindsShown() {
  return [...form.querySelectorAll(".plugin-buttons .plugin-button:not(.content-editor-hide)")]
}

export function pressedKey(event) {
  const target = event.target.closest?.(".order-machine-insert-target, .plugin-button")
  if (!target) return
  if (["Enter", " "].includes(event.key)) {
    event.preventDefault()
    const isPlus = target.matches(".order-machine-insert-target")
    if (isPlus) plusPressed = target
    target.click()
    if (isPlus) kindsShown()[0]?.focus()
  } else if (target.matches(".plugin-button")) {
    walkKinds(event, target)
  }
}

let plusPressed = null

function walkKinds(event, button) {
  const kinds = kindsShown()
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  if (step) {
    event.preventDefault()
    kinds[(kinds.indexOf(button) + step + kinds.length) % kinds.length].focus()
  } else if (event.key === "Escape") {
    plusPressed?.focus()
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const after = [...kinds.slice(kinds.indexOf(button) + 1), ...kinds]
    after.find((k) => k.title.toLowerCase().startsWith(event.key.toLowerCase()))?.focus()
  }
}
