/* Which keys do what: "?" tells, outside the fields in which one types. */

import { page } from "newsletter/composer/page"

export function explainKeys() {
  const dialog = document.querySelector("[data-shortcuts]")
  const open = () => dialog.open || dialog.showModal()
  page.querySelector("[data-show-shortcuts]").addEventListener("click", open)
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close())
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey) return
    if (event.target.closest?.("input, textarea, select, [contenteditable=true]")) return
    event.preventDefault()
    open()
  })
}
