/* The composer: the mail beside the form, the library, and the whole of it by keyboard. */

const page = document.querySelector("[data-composer]")
const form = document.querySelector("#issue_form")
const words = page ? JSON.parse(document.getElementById("composer-words").textContent) : {}

/* --- The mail beside the form ------------------------------------------------------- */

const TYPING_PAUSE = 350
const preview = {
  frame: page?.querySelector("[data-preview-frame]"),
  text: page?.querySelector("[data-preview-text]"),
  status: page?.querySelector("[data-preview-status]"),
  request: null,
  timer: 0,
  last: "",
  mail: null,
}

function formAsTyped() {
  const data = new FormData(form)
  for (const [name, value] of [...data]) {
    if (value instanceof File && !value.size) data.delete(name)
  }
  return data
}

function askSoon(pause = TYPING_PAUSE) {
  clearTimeout(preview.timer)
  preview.timer = setTimeout(ask, pause)
}

async function ask() {
  const data = formAsTyped()
  const typed = JSON.stringify([...data].map(([k, v]) => [k, v instanceof File ? v.name : v]))
  if (typed === preview.last) return
  preview.last = typed
  preview.request?.abort()
  preview.request = new AbortController()
  try {
    const answer = await fetch(page.dataset.previewUrl, {
      method: "POST",
      body: data,
      signal: preview.request.signal,
      redirect: "manual",
    })
    if (answer.type === "opaqueredirect") return say(words.logInAgain)
    const mail = await answer.json()
    if (mail.error) return say(mail.error)
    show(mail)
  } catch (error) {
    if (error.name !== "AbortError") {
      preview.last = ""
      say(words.noAnswer)
    }
  }
}

function say(sentence) {
  preview.status.textContent = sentence
}

function show(mail) {
  preview.mail = mail
  for (const name of ["sender", "subject", "preheader"]) {
    page.querySelector(`[data-inbox-${name}]`).textContent = mail[name]
  }
  preview.text.textContent = mail.text
  draw()
  const parts = [
    words.blocks.replace("%s", mail.blocks),
    `${mail.kilobytes} kB`,
    `${mail.milliseconds} ms`,
  ]
  if (mail.errors) parts.push(words.errors.replace("%s", mail.errors))
  preview.status.textContent = parts.join(" · ")
  page.dataset.weight = mail.kilobytes >= 90 ? "stop" : mail.kilobytes >= 80 ? "warn" : "fine"
}

function draw() {
  if (!preview.mail) return
  const chosen = new Set(
    [...page.querySelectorAll("[data-mode][aria-pressed=true]")].map((b) => b.dataset.mode),
  )
  let html = preview.mail.html
  // The page cannot change what the browser prefers, so the mail's own question is
  // answered for it. Gmail's and Outlook's own inversion is not shown.
  html = html.replaceAll("(prefers-color-scheme: dark)", chosen.has("dark") ? "all" : "not all")
  html = html.replaceAll("(prefers-color-scheme:dark)", chosen.has("dark") ? "all" : "not all")
  if (chosen.has("images")) html = html.replaceAll(/<img([^>]*?)\ssrc="[^"]*"/g, "<img$1")
  const top = preview.frame.contentWindow?.scrollY ?? 0
  preview.frame.addEventListener(
    "load",
    () => {
      preview.frame.contentWindow.scrollTo(0, top)
      preview.frame.contentDocument.addEventListener("click", pressedInMail)
    },
    { once: true },
  )
  preview.frame.srcdoc = html
  page.dataset.view = chosen.has("text") ? "text" : chosen.has("phone") ? "phone" : "wide"
}

/* A press on a block in the mail opens its form. */
function pressedInMail(event) {
  event.preventDefault()
  const part = event.target.closest("[class*=block-]")
  const place = part?.className.match(/block-(\d+)/)?.[1]
  if (place) openBlock(blocks()[place - 1])
}

function openBlock(block) {
  if (!block) return
  block.querySelector("fieldset.module")?.closest("details")?.setAttribute("open", "")
  if (block.classList.contains("collapsed")) block.querySelector(".card-title")?.click()
  block.scrollIntoView({ block: "center", behavior: "auto" })
  firstField(block)?.focus()
}

/* --- Blocks: order, focus, names ------------------------------------------------------ */

function blocks() {
  return [...form.querySelectorAll(".order-machine .inline-related:not(.empty-form)")]
    .filter((block) => !block.hidden && block.offsetParent !== null)
    .sort((one, other) => orderOf(one) - orderOf(other))
}

function orderOf(block) {
  return Number(block.querySelector(".order-machine-ordering")?.value || block.style.order || 0)
}

function firstField(block) {
  const fields = block.querySelectorAll(
    ".ProseMirror, input:not([type=hidden]):not([type=checkbox]), textarea, select, .select2-selection",
  )
  return [...fields].find((field) => field.offsetParent !== null)
}

/* Order is a number, never a place in the document: Django counts rows by their place. */
function move(block, step) {
  const all = blocks()
  const from = all.indexOf(block)
  const to = from + step
  if (to < 0 || to >= all.length) return
  all.splice(to, 0, all.splice(from, 1)[0])
  all.forEach((one, index) => {
    const order = 10 * (index + 1)
    one.style.order = order
    one.querySelector(".order-machine-ordering").value = order
  })
  announce(words.moved.replace("%s", to + 1).replace("%s", all.length))
  block.scrollIntoView({ block: "nearest" })
  askSoon(150)
}

function announce(sentence) {
  page.querySelector("[data-announce]").textContent = sentence
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

/* content-editor's own buttons are spans: give them to the keyboard too. */
function openToKeyboard(root = document) {
  const spans = root.querySelectorAll(
    ".order-machine-insert-target, .plugin-button, .collapse-items, .uncollapse-items",
  )
  for (const span of spans) {
    if (span.tabIndex === 0 || span.matches("button, a[href], input")) continue
    span.tabIndex = 0
    span.setAttribute("role", "button")
    if (!span.textContent.trim() && !span.ariaLabel) span.setAttribute("aria-label", words.add)
  }
}

function nameFields(root = document) {
  for (const editor of root.querySelectorAll(".ProseMirror:not([aria-label])")) {
    const row = editor.closest(".form-row, .flex-container")
    const label = row?.querySelector("label")?.textContent.replace(":", "").trim()
    editor.setAttribute("aria-label", label || words.text)
    editor.setAttribute("role", "textbox")
    editor.setAttribute("aria-multiline", "true")
  }
  for (const block of root.querySelectorAll(".order-machine .inline-related:not([role])")) {
    block.setAttribute("role", "group")
    const title = block.querySelector(".card-title, h3")?.textContent.trim()
    block.setAttribute("aria-label", title || words.block)
  }
}

function prepare(root = document) {
  openToKeyboard(root)
  nameFields(root)
  for (const block of document.querySelectorAll(
    ".order-machine .inline-related:not(.empty-form)",
  )) {
    movesOfABlock(block)
  }
}

/* --- The library ------------------------------------------------------------------------ */

const library = {
  list: page?.querySelector("[data-library-list]"),
  search: page?.querySelector("[data-library-search]"),
  timer: 0,
}

async function findArticles() {
  const address = `${page.dataset.libraryUrl}?q=${encodeURIComponent(library.search.value)}`
  const answer = await fetch(address, { redirect: "manual" })
  if (answer.type === "opaqueredirect") return announce(words.logInAgain)
  const { articles } = await answer.json()
  library.list.replaceChildren(...articles.map(articleButton))
  if (!articles.length) library.list.append(element("li", "empty", words.nothingFound))
}

function element(tag, className, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text) made.textContent = text
  return made
}

function articleButton(article) {
  const item = element("li", "")
  const button = element("button", "article")
  button.type = "button"
  button.draggable = true
  if (article.picture) {
    const picture = element("img", "")
    picture.src = article.picture
    picture.alt = ""
    picture.loading = "lazy"
    button.append(picture)
  }
  const told = element("span", "told")
  told.append(element("strong", "", article.title))
  const facts = [article.category, words.minutes.replace("%s", article.minutes)]
  if (article.used) facts.push(words.used)
  told.append(element("small", "", facts.filter(Boolean).join(" · ")))
  button.append(told)
  button.addEventListener("click", () => insert(article))
  button.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("application/x-article", JSON.stringify(article))
    event.dataTransfer.effectAllowed = "copy"
  })
  item.append(button)
  return item
}

/* The first story of an issue is its hero, the others are cards. */
function insert(article, before = null) {
  const hero = "newsletter_heroblock_set"
  const hasHero = blocks().some((block) => block.id.startsWith(hero))
  const prefix = hasHero ? "newsletter_cardblock_set" : hero
  window.ContentEditor._insertBefore = before
  document.addEventListener(
    "formset:added",
    (event) => {
      const select = event.target.querySelector("select[name$=-article]")
      if (!select) return
      select.append(new Option(article.title, article.id, true, true))
      django.jQuery(select).trigger("change")
      announce(words.inserted.replace("%s", article.title))
      askSoon(50)
    },
    { once: true },
  )
  window.ContentEditor.addContent(prefix)
}

function blockUnder(event) {
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block) return null
  const { top, height } = block.getBoundingClientRect()
  if (event.clientY < top + height / 2) return block
  return blocks()[blocks().indexOf(block) + 1] ?? null
}

function isArticle(event) {
  return event.dataTransfer?.types.includes("application/x-article")
}

/* --- All together --------------------------------------------------------------------- */

function begin() {
  form.addEventListener("input", () => askSoon())
  form.addEventListener("change", () => askSoon(50))
  django.jQuery(form).on("change", () => askSoon(50))
  document.addEventListener("formset:removed", () => askSoon(50))
  document.addEventListener("formset:added", (event) => {
    prepare()
    setTimeout(() => firstField(event.target)?.focus(), 60)
    askSoon(50)
  })
  document.addEventListener("drop", () => askSoon(150))

  form.addEventListener("dragover", (event) => {
    if (isArticle(event)) event.preventDefault()
  })
  form.addEventListener("drop", (event) => {
    if (!isArticle(event)) return
    event.preventDefault()
    insert(JSON.parse(event.dataTransfer.getData("application/x-article")), blockUnder(event))
  })

  document.addEventListener("keydown", (event) => {
    const span = event.target.closest?.("[role=button]")
    if (span && ["Enter", " "].includes(event.key) && !span.matches("button, a")) {
      event.preventDefault()
      span.click()
      setTimeout(() => {
        openToKeyboard()
        document.querySelector(".order-machine-wrapper .plugin-button")?.focus()
      }, 30)
    }
    const block = event.target.closest?.(".order-machine .inline-related")
    if (block && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault()
      const focused = document.activeElement
      move(block, event.key === "ArrowUp" ? -1 : 1)
      focused.focus()
    }
  })

  for (const button of page.querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"))
      draw()
    })
  }
  library.search.addEventListener("input", () => {
    clearTimeout(library.timer)
    library.timer = setTimeout(findArticles, 200)
  })
  library.search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault()
  })
  findArticles()
  prepare()
  setTimeout(prepare, 400)
  ask()
}

if (page && form) {
  if (document.readyState === "complete") begin()
  else window.addEventListener("load", begin)
}
