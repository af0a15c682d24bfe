/* The front page: the countdown goes on by itself; a press on a day is not lost. */

const SECONDS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]]
const words = JSON.parse(document.getElementById("countdown-words")?.textContent || "null")

/* As the server says it (admin/countdown.py): the two largest units. */
function inWords(seconds) {
  const largest = SECONDS.findIndex(([, size]) => seconds >= size)
  const said = []
  for (const [unit, size] of SECONDS.slice(largest, largest + 2)) {
    const amount = Math.floor(seconds / size)
    seconds -= amount * size
    if (amount) said.push(words[unit][amount === 1 ? 0 : 1].replace("%d", amount))
  }
  const sentence = words[said.length === 1 ? "one" : "two"][0]
  return said.reduce((text, part, place) => text.replace(`%${place + 1}`, part), sentence)
}

function tick(shown, due) {
  const seconds = Math.floor((due - Date.now()) / 1000)
  if (seconds <= 0) {
    shown.textContent = shown.dataset.countdownOver || ""
    return
  }
  const text = inWords(seconds)
  if (shown.textContent !== text) shown.textContent = text
  setTimeout(() => tick(shown, due), 1000)
}

for (const shown of words ? document.querySelectorAll("[data-countdown]") : []) {
  tick(shown, Date.parse(shown.dataset.countdown))
}

/* What was opened takes the focus to its field. */
for (const choice of document.querySelectorAll("details[name=sunday]")) {
  choice.addEventListener("toggle", () => {
    if (choice.open) choice.querySelector("input:not([type=hidden]), select")?.focus()
  })
  choice.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return
    choice.open = false
    choice.querySelector("summary").focus()
  })
}
