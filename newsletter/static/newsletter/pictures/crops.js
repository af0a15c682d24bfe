/* How a picture comes out in each place of a mail, live while its point moves. */

import { words } from "newsletter/pictures/words"

const TAKEN = ["image/jpeg", "image/png"]

function fieldOf(crops, name) {
  return crops.closest("form").querySelector(`[name$="${name}"]`)
}

export function showCrops(crops) {
  const file = fieldOf(crops, "image")
  const point = fieldOf(crops, "point_of_interest")
  const stage = crops.querySelector("[data-stage]")
  if (!file || !point) return
  file.closest(".form-row, .new-picture > div").after(crops)
  const state = { crops, point, stage, weights: words.weights, drawing: 0, weighing: 0 }
  stage.addEventListener("load", () => {
    crops.hidden = false
    takePoint(state)
    draw(state)
  })
  file.addEventListener("change", () => takeFile(state, file))
  file.form.addEventListener("reset", () => (crops.hidden = true))
  followPoint(state)
  if (crops.dataset.source) stage.src = crops.dataset.source
}

/* A file that is chosen is shown before it is sent; what cannot be kept is told at once. */
function takeFile(state, file) {
  const [chosen] = file.files
  file.setCustomValidity("")
  state.weights = {}
  if (!chosen) return
  if (!TAKEN.includes(chosen.type)) {
    state.crops.hidden = true
    file.setCustomValidity(words.noPicture)
    file.reportValidity()
    return
  }
  const reader = new FileReader()
  reader.addEventListener("load", () => {
    state.point.value = "0.5x0.5"
    state.stage.src = reader.result
  })
  reader.readAsDataURL(chosen)
}

// --- The point ---

function pointOf(state) {
  const [across, down] = (state.point.value || "0.5x0.5").split("x").map(Number)
  return [across, down].map((one) => (Number.isFinite(one) ? Math.min(1, Math.max(0, one)) : 0.5))
}

function takePoint(state) {
  const [across, down] = pointOf(state)
  state.crops.querySelector("[data-across]").value = Math.round(100 * across)
  state.crops.querySelector("[data-down]").value = Math.round(100 * down)
  const point = state.crops.querySelector("[data-point]")
  point.style.left = `${100 * across}%`
  point.style.top = `${100 * down}%`
}

function movePoint(state, across, down) {
  state.point.value = `${across.toFixed(3)}x${down.toFixed(3)}`
  state.weights = {}
  takePoint(state)
  cancelAnimationFrame(state.drawing)
  state.drawing = requestAnimationFrame(() => draw(state))
}

function followPoint(state) {
  const across = state.crops.querySelector("[data-across]")
  const down = state.crops.querySelector("[data-down]")
  for (const slider of [across, down]) {
    slider.addEventListener("input", () => movePoint(state, across.value / 100, down.value / 100))
  }
  const pressed = (event) => {
    const { left, top, width, height } = state.stage.getBoundingClientRect()
    const inside = (share) => Math.min(1, Math.max(0, share))
    movePoint(state, inside((event.clientX - left) / width), inside((event.clientY - top) / height))
  }
  const place = state.stage.parentElement
  place.addEventListener("pointerdown", (event) => {
    event.preventDefault()
    place.setPointerCapture(event.pointerId)
    pressed(event)
  })
  place.addEventListener("pointermove", (event) => {
    if (place.hasPointerCapture(event.pointerId)) pressed(event)
  })
}

// --- The crops ---

/* As the server cuts: as much as fits around the point, never outside the picture. */
function cutOf({ naturalWidth: width, naturalHeight: height }, place, [across, down]) {
  const shape = place.width / place.height
  const cutWidth = Math.min(width, Math.round(height * shape))
  const cutHeight = Math.min(height, Math.round(width / shape))
  const within = (start, most) => Math.min(Math.max(0, start), most)
  return {
    left: within(Math.floor(width * across) - Math.floor(cutWidth / 2), width - cutWidth),
    top: within(Math.floor(height * down) - Math.floor(cutHeight / 2), height - cutHeight),
    width: cutWidth,
    height: cutHeight,
  }
}

function placeOf(item, { naturalWidth, naturalHeight }) {
  const { crop, width, height, shown } = item.dataset
  const place = { crop, width: Number(width), height: Number(height), shown: Number(shown) }
  if (crop !== "wide") return place
  // Nothing is cut here: the whole picture, made to fit and never enlarged.
  const fit = Math.min(1, place.width / naturalWidth, place.height / naturalHeight)
  return { ...place, width: Math.floor(naturalWidth * fit), height: Math.floor(naturalHeight * fit) }
}

function draw(state) {
  for (const item of state.crops.querySelectorAll("[data-place]")) {
    const place = placeOf(item, state.stage)
    const canvas = item.querySelector("canvas")
    canvas.width = place.width
    canvas.height = place.height
    const cut = cutOf(state.stage, place, pointOf(state))
    const pen = canvas.getContext("2d")
    pen.imageSmoothingQuality = "high"
    pen.drawImage(state.stage, cut.left, cut.top, cut.width, cut.height, 0, 0, place.width, place.height)
    item.querySelector("[data-size]").textContent = words.size
      .replace("%s", place.width)
      .replace("%s", place.height)
    remark(item, place, cut, state.weights[place.crop])
  }
  clearTimeout(state.weighing)
  state.weighing = setTimeout(() => weigh(state), 300)
}

function remark(item, place, cut, weight) {
  const remarks = []
  const shown = item.dataset.crop === "wide" ? place.width : cut.width
  if (shown < place.shown) remarks.push(words.tooSmall)
  else if (shown < Math.min(2 * place.shown, Number(item.dataset.width))) remarks.push(words.soft)
  if (weight > words.heavy) remarks.push(words.tooHeavy)
  item.querySelector("[data-remark]").textContent = remarks.join(", ")
}

/* The true weight where the server knows it; otherwise what this browser makes of it. */
async function weigh(state) {
  for (const item of state.crops.querySelectorAll("[data-place]")) {
    const known = state.weights[item.dataset.crop]
    const weight = known ?? (await weightOf(item.querySelector("canvas")))
    if (!weight) continue
    const kilobytes = Math.max(1, Math.round(weight / 1000))
    const sentence = known ? words.weight : words.about
    item.querySelector("[data-weight-of-crop]").textContent = `· ${sentence.replace("%s", kilobytes)}`
    const place = placeOf(item, state.stage)
    remark(item, place, cutOf(state.stage, place, pointOf(state)), weight)
  }
}

function weightOf(canvas) {
  const kind = isTransparent(canvas) ? "image/png" : "image/jpeg"
  return new Promise((tell) => {
    try {
      canvas.toBlob((blob) => tell(blob?.size), kind, words.quality)
    } catch {
      // A picture of another host may be seen, not read.
      tell(undefined)
    }
  })
}

function isTransparent(canvas) {
  try {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    for (let at = 3; at < data.length; at += 4 * 97) if (data[at] < 255) return true
  } catch {
    // As above.
  }
  return false
}

// --- The rights ---

const ASKED_BY = { licence_number: "stock", creative_commons: "cc" }

/* A number is asked of what was bought, a kind of Creative Commons only. */
export function askRights(form) {
  const licence = form.querySelector('[name$="licence"]')
  if (!licence) return
  const show = () => {
    for (const [name, kind] of Object.entries(ASKED_BY)) {
      const field = form.querySelector(`[name$="${name}"]`)
      const row = field.closest(".form-row, .new-picture > div")
      row.hidden = licence.value !== kind && !(name === "licence_number" && field.value)
    }
  }
  licence.addEventListener("change", show)
  form.addEventListener("reset", () => setTimeout(show))
  show()
}
