/* What is still wrong, beside the mail: told while typing, each line leads to its field. */

import { goWhereAsked } from "newsletter/composer/blocks"
import { canMend, mendByPress } from "newsletter/composer/mending"
import { element, form, page, words } from "newsletter/composer/page"

const ORDER = ["stop", "warn", "hint"]
const MOST_HINTS = 3
const panel = page?.querySelector("[data-findings]")
const told = { asTyped: [], asSaved: [], letGo: [], mends: {} }

/* What only the server can know, of the issue as it was saved: asked once a page. */
export async function askOfWhatIsSaved() {
  if (!panel) return
  try {
    const answer = await fetch(panel.dataset.findingsUrl, { redirect: "manual" })
    if (!answer.ok) return
    const { findings, letGo, mends } = await answer.json()
    told.asSaved = findings
    told.letGo = letGo
    told.mends = mends
    draw()
  } catch {
    // The list of what is typed goes on without it.
  }
}

export function tellOfWhatIsTyped(findings) {
  // An issue that has left is as it is.
  if (!panel) return
  told.asTyped = findings
  draw()
}

function draw() {
  const all = [...told.asTyped, ...told.asSaved]
    .filter((one) => !told.letGo.includes(one.key))
    .sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity))
  const hints = all.filter((one) => one.severity === "hint")
  const left = Math.max(0, hints.length - MOST_HINTS)
  panel.dataset.findings = all[0]?.severity ?? "fine"
  panel.querySelector("[data-findings-words]").textContent = inWords(all)
  const list = panel.querySelector("[data-findings-list]")
  // Whoever is in the list keeps their place while it is told anew.
  const here = list.contains(document.activeElement) ? document.activeElement.dataset.key : null
  list.replaceChildren(...all.slice(0, all.length - left).map(lineOf))
  if (left) list.append(element("li", "", words.moreAdvice.replace("%s", left)))
  if (here) (list.querySelector(`[data-key="${here}"]`) ?? panel.querySelector("summary")).focus()
  panel.querySelector("[data-findings-help]").hidden = !list.querySelector(".mend")
}

function inWords(all) {
  const parts = ORDER.map((severity) => [severity, all.filter((one) => one.severity === severity)])
    .filter(([, some]) => some.length)
    .map(([severity, some]) => words[severity][some.length === 1 ? 0 : 1].replace("%s", some.length))
  return parts.join(" · ") || words.inOrder
}

/* What it is called stands above the first of its kind; who hears the list hears it of each. */
function lineOf(finding, index, all) {
  const isFirst = finding.severity !== all[index - 1]?.severity
  const item = element("li", finding.severity)
  item.append(element("span", isFirst ? "word" : "visually-hidden", finding.label), wayTo(finding))
  const mend = finding.mend ?? told.mends[finding.key]
  if (mend && canMend(mend)) item.append(...pressOf(mend, finding))
  return item
}

function pressOf(mend, finding) {
  const button = element("button", "mend", mend.label)
  button.type = "button"
  // Another place than the line's own way to its field.
  button.dataset.key = `mend ${finding.key}`
  button.append(element("span", "visually-hidden", `: ${finding.message}`))
  button.addEventListener("click", () => mendByPress(mend))
  return [button, ...(mend.note ? [element("span", "note", mend.note)] : [])]
}

function wayTo(finding) {
  const way = finding.address ? element("a", "", finding.message) : element("button", "", finding.message)
  if (finding.address) {
    way.href = finding.address
    way.target = "_blank"
  } else if (form.contains(document.getElementById(finding.place))) {
    way.type = "button"
    way.addEventListener("click", () => goWhereAsked(`#${finding.place}`))
  } else {
    return element("span", "", finding.message)
  }
  way.dataset.key = finding.key
  return way
}
