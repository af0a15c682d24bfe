/* On every page of the desk: names for fields that Django and select2 leave nameless. */

const words = (node) => node?.textContent.replace(/:\s*$/, "").trim() ?? ""

function labelOf(field) {
  const own = field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`)
  if (own) return words(own)
  const cell = field.closest("td")
  if (cell) {
    const headings = cell.closest("table").querySelectorAll("thead th")
    return words(headings[[...cell.parentElement.children].indexOf(cell)])
  }
  return words(field.closest(".form-row, .fieldBox")?.querySelector("label, legend"))
}

function nameSelect2(box) {
  const name = labelOf(box.previousElementSibling ?? box)
  if (!name) return
  for (const part of box.querySelectorAll(
    ".select2-selection, [role=textbox], .select2-search__field",
  )) {
    part.setAttribute("aria-label", name)
  }
  // A list may only hold items, and select2 keeps its search field elsewhere.
  box.querySelector("ul.select2-selection__rendered")?.setAttribute("role", "presentation")
}

const ofProse = JSON.parse(document.getElementById("prose-words")?.textContent || "{}")

function nameToolbars() {
  for (const button of document.querySelectorAll(".prose-menubar__button")) {
    const name = ofProse[button.title]
    if (!name) continue
    button.title = name
    button.setAttribute("aria-label", name)
  }
}

/* A table that is wider than a phone is reached by keyboard too, to scroll it. */
function reachWhatScrolls() {
  for (const box of document.querySelectorAll(".inline-group, #changelist .results, .desk-scrolls")) {
    const within = [...box.querySelectorAll("a[href], input, select, textarea, button")]
    if (box.scrollWidth <= box.clientWidth || within.some((one) => one.offsetParent)) continue
    box.tabIndex = 0
    box.setAttribute("role", "region")
    box.setAttribute("aria-label", words(box.querySelector("h2, caption, th")))
  }
}

/* On a phone a row becomes a card, and each value says what it is. */
function nameCells() {
  for (const cell of document.querySelectorAll(
    "#result_list td:not(.action-checkbox), .model-subscriber .tabular td:not(.original)",
  )) {
    const heading = cell.closest("table").tHead.rows[0].cells[cell.cellIndex]
    cell.dataset.label = words(heading?.querySelector(".text") ?? heading)
    const says = cell.textContent.trim().replace(/^[-–]$/, "")
    cell.toggleAttribute("data-empty", !says && !cell.querySelector("a, img, input, select"))
  }
}

function nameFields() {
  nameToolbars()
  nameCells()
  for (const field of document.querySelectorAll(
    ".tabular input:not([type=hidden]), .tabular select, .tabular textarea, .datetime input",
  )) {
    if (!field.labels?.length && !field.ariaLabel) {
      field.setAttribute("aria-label", field.title || labelOf(field) || field.name)
    }
  }
  // In a list: the column, and whose row it is.
  for (const field of document.querySelectorAll("#result_list td :is(select, input[type=text])")) {
    if (field.labels?.length) continue
    const row = words(field.closest("tr").querySelector("th"))
    field.setAttribute("aria-label", [labelOf(field), row].filter(Boolean).join(": "))
  }
  for (const box of document.querySelectorAll(".select2-container")) nameSelect2(box)
  for (const help of document.querySelectorAll("span.help-tooltip[aria-label]")) {
    help.setAttribute("role", "img")
  }
  reachWhatScrolls()
  for (const editor of document.querySelectorAll(".ProseMirror[contenteditable]:not([aria-label])")) {
    const name = words(editor.closest(".form-row")?.querySelector("label, .readonly"))
    editor.setAttribute("role", "textbox")
    editor.setAttribute("aria-multiline", "true")
    if (name) editor.setAttribute("aria-label", name)
  }
  for (const heading of document.querySelectorAll(".tabular th.original:empty")) {
    heading.replaceWith(document.createElement("td"))
  }
  const search = document.querySelector("#searchbar:not([aria-label])")
  search?.setAttribute("aria-label", search.labels?.[0]?.querySelector("img")?.alt ?? "")
}

function nameSoon() {
  nameFields()
  setTimeout(nameFields, 300)
}

if (document.readyState === "complete") nameSoon()
else window.addEventListener("load", nameSoon)
document.addEventListener("formset:added", () => setTimeout(nameFields, 60))
// A slow machine makes its fields late; nobody hears one without a name.
new MutationObserver((changes) => {
  const added = changes.flatMap((change) => [...change.addedNodes])
  if (added.some((node) => node.matches?.(".select2-container"))) nameFields()
}).observe(document.body, { childList: true, subtree: true })
window.addEventListener("resize", reachWhatScrolls)

/* The menu's drawer closes by Escape or a press elsewhere. */
const drawer = document.querySelector("#desk-menu details")
document.addEventListener("click", (event) => {
  if (drawer?.open && !drawer.contains(event.target)) drawer.open = false
})
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drawer?.open) return
  drawer.open = false
  drawer.querySelector("summary").focus()
})

/* An article lies open at the sentence that a reader means. */
const meant = document.querySelector(".mistake-text #zin")
if (meant) {
  const pane = meant.closest(".mistake-text")
  const below = meant.getBoundingClientRect().top - pane.getBoundingClientRect().top
  pane.scrollTop += below - pane.clientHeight / 3
}
