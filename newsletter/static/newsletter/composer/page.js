/* What every part of the composer's page knows. */

export const page = document.querySelector("[data-composer]")
export const form = document.querySelector("#issue_form")
export const words = page ? JSON.parse(document.getElementById("composer-words").textContent) : {}

/* Who logs in again in another window gets a new token; this page takes it over. */
export function takeNewToken() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
  if (token) form.elements.csrfmiddlewaretoken.value = token
}

export function announce(sentence) {
  page.querySelector("[data-announce]").textContent = sentence
}

export function element(tag, className, text) {
  const made = document.createElement(tag)
  made.className = className
  if (text) made.textContent = text
  return made
}
