/* The composer: the mail beside the form, the library, and the whole of it by keyboard. */

const page = document.querySelector("[data-composer]")
const form = document.querySelector("#issue_form")
const words = page ? JSON.parse(document.getElementById("composer-words").textContent) : {}

/* --- The mail beside the form ------------------------------------------------------- */

const TYPING_PAUSE = 150
const preview = {
  frame: page?.querySelector("[data-preview-frame]"),
  text: page?.querySelector("[data-preview-text]"),
  status: page?.querySelector("[data-preview-status]"),
  request: null,
  timer: 0,
  last: "",
  mail: null,
  here: "",
}

/* Who logs in again in another window gets a new token; this page takes it over. */
function takeNewToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
  if (token) form.elements.csrfmiddlewaretoken.value = token
}

function formAsTyped() {
  takeNewToken()
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
  data.set("preview_reader", page.querySelector("[data-preview-reader]").value)
  // The server reads this form several times faster than one in parts.
  const typed = new URLSearchParams(data).toString()
  if (typed === preview.last) return
  preview.last = typed
  const asked = performance.now()
  preview.request?.abort()
  preview.request = new AbortController()
  try {
    const answer = await fetch(page.dataset.previewUrl, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: typed,
      signal: preview.request.signal,
      redirect: "manual",
    })
    const isOurs = answer.headers.get("content-type")?.includes("json")
    if (answer.type === "opaqueredirect" || (answer.status === 403 && !isOurs)) {
      preview.last = ""
      return say(words.logInAgain)
    }
    const mail = await answer.json()
    if (mail.error) return say(mail.error)
    show(mail, asked)
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

function show(mail, asked) {
  preview.mail = mail
  for (const place of page.querySelectorAll("[data-inbox]")) {
    place.textContent = mail[place.dataset.inbox]
  }
  preview.text.textContent = mail.text
  draw(asked)
  const parts = [words.blocks.replace("%s", mail.blocks)]
  if (mail.errors) parts.push(words.errors.replace("%s", mail.errors))
  preview.status.textContent = [...parts, ...mail.failures].join(" · ")
  weigh(mail)
}

/* How heavy the mail is, and which blocks make it so. */
function weigh(mail) {
  page.dataset.weight = mail.kilobytes >= 90 ? "stop" : mail.kilobytes >= 80 ? "warn" : "fine"
  page.querySelector("[data-weight-words]").textContent = words.weight.replace("%s", mail.kilobytes)
  page.querySelector("[data-weight-meter]").value = mail.kilobytes
  const heaviest = mail.sizes
    .map((size, index) => ({ size, place: mail.places[index] }))
    .sort((one, other) => other.size - one.size)
  page.querySelector("[data-weight-blocks]").replaceChildren(...heaviest.map(weightOfABlock))
}

function weightOfABlock({ size, place }) {
  const block = document.getElementById(place)
  const button = element("button", "", block?.getAttribute("aria-label") || words.block)
  button.type = "button"
  button.addEventListener("click", () => openBlock(block))
  const item = element("li", "")
  item.append(button, element("span", "", `${(size / 1000).toFixed(1).replace(".", words.point)} kB`))
  return item
}

function draw(asked) {
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
      markInMail(preview.here)
      if (asked) page.dataset.latency = Math.round(performance.now() - asked)
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
  if (place) openBlock(document.getElementById(preview.mail.places[place - 1]))
}

/* And the other way round: where one types, the mail shows its place. */
function followInMail(event) {
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block || block.id === preview.here) return
  preview.here = block.id
  const part = markInMail(block.id)
  if (!part) return
  const { top, bottom } = part.getBoundingClientRect()
  const mailWindow = preview.frame.contentWindow
  if (top < 0 || bottom > mailWindow.innerHeight) {
    mailWindow.scrollTo({ top: mailWindow.scrollY + top - 40, behavior: "auto" })
  }
}

function markInMail(id) {
  const mail = preview.frame.contentDocument
  const place = preview.mail?.places.indexOf(id) + 1
  for (const part of mail.querySelectorAll("[data-here]")) {
    part.style.outline = ""
    delete part.dataset.here
  }
  const part = place ? mail.querySelector(`.block-${place}`) : null
  if (!part) return null
  part.style.outline = "2px solid #9a4a32"
  part.style.outlineOffset = "-2px"
  part.dataset.here = ""
  return part
}

function openBlock(block) {
  if (!block) return
  block.classList.remove("collapsed")
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
    ".ProseMirror[contenteditable], input:not([type=hidden]):not([type=checkbox]), textarea, select, .select2-selection",
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

function nameBlocks() {
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

function prepare() {
  openToKeyboard()
  nameBlocks()
}

/* --- The menu of kinds --------------------------------------------------------------- */

function kindsShown() {
  return [...form.querySelectorAll(".plugin-buttons .plugin-button:not(.content-editor-hide)")]
}

function pressedKey(event) {
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
  button.addEventListener("click", () => {
    insert(article)
    // Several articles are put in one after the other: stay in the list.
    setTimeout(() => button.focus({ preventScroll: true }), 80)
  })
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
  const hasHero = blocks().some(
    (block) => block.id.startsWith(hero) && !block.classList.contains("for-deletion"),
  )
  const prefix = hasHero ? "newsletter_cardblock_set" : hero
  window.ContentEditor._insertBefore = before
  document.addEventListener(
    "formset:added",
    (event) => {
      const select = event.target.querySelector("select[name$=-article]")
      if (!select) return
      select.append(new Option(article.title, article.id, true, true))
      django.jQuery(select).trigger("change")
      nameBlocks()
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

/* Where an article would land: a line above or below the block under the pointer. */
function showLanding(event) {
  hideLanding()
  const block = event.target.closest?.(".order-machine .inline-related:not(.empty-form)")
  if (!block) return
  const { top, height } = block.getBoundingClientRect()
  block.classList.add(event.clientY < top + height / 2 ? "lands-before" : "lands-after")
}

function hideLanding() {
  for (const block of form.querySelectorAll(".lands-before, .lands-after")) {
    block.classList.remove("lands-before", "lands-after")
  }
}

/* --- All together --------------------------------------------------------------------- */

let isChanged = form?.querySelector(".errornote") !== null

function changed(pause) {
  isChanged = true
  askSoon(pause)
}

function followTheForm() {
  form.addEventListener("focusin", followInMail)
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
  form.addEventListener("keydown", (event) => {
    pressedKey(event)
    const block = event.target.closest?.(".order-machine .inline-related")
    if (block && event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault()
      const focused = document.activeElement
      move(block, event.key === "ArrowUp" ? -1 : 1)
      focused.focus()
    }
  })
}

function takeArticles() {
  form.addEventListener("dragover", (event) => {
    if (!isArticle(event)) return
    event.preventDefault()
    showLanding(event)
  })
  form.addEventListener("dragleave", hideLanding)
  form.addEventListener("drop", (event) => {
    hideLanding()
    if (!isArticle(event)) return
    event.preventDefault()
    insert(JSON.parse(event.dataTransfer.getData("application/x-article")), blockUnder(event))
  })
}

function listenToTheSides() {
  for (const button of page.querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"))
      draw()
    })
  }
  page.querySelector("[data-preview-reader]").addEventListener("change", ask)
  library.search.addEventListener("input", () => {
    clearTimeout(library.timer)
    library.timer = setTimeout(findArticles, 200)
  })
}

/* A link of the list of things to put right leads to its field or its block. */
function goWhereAsked(hash) {
  const asked = document.getElementById(hash.slice(1))
  if (!asked || !form.contains(asked)) return
  const block = asked.closest(".order-machine .inline-related")
  if (block) openBlock(block)
  else asked.focus()
}

function begin() {
  const asked = location.hash
  followTheForm()
  followTheKeys()
  takeArticles()
  listenToTheSides()
  findArticles()
  whenBlocksAreThere(() => {
    prepare()
    ask()
    if (asked && !asked.includes("=")) goWhereAsked(asked)
  })
}

/* content-editor makes its list of blocks on jQuery's queue, before or after our turn. */
function whenBlocksAreThere(act) {
  if (form.querySelector(".order-machine .order-machine-insert-target")) act()
  else document.addEventListener("content-editor:ready", act, { once: true })
}

if (page && form) {
  if (document.readyState === "complete") begin()
  else window.addEventListener("load", begin)
}
