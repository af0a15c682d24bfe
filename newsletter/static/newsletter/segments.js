// Counts who fits while somebody puts a segment together; saving counts as well.
const WAIT = 500;
const place = document.querySelector("[data-count-url]");
const form = place?.closest("form");
let waiting = 0;
let asking = new AbortController();

async function count() {
  asking.abort();
  asking = new AbortController();
  const data = new FormData(form);
  if (place.dataset.countList) data.set("mailing_list", place.dataset.countList);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(place.dataset.countUrl, {
      method: "POST",
      body: data,
      signal: asking.signal,
      credentials: "same-origin",
    });
    if (!answer.ok) return;
    const { words } = await answer.json();
    place.querySelector("[data-count]").textContent = words;
    place.removeAttribute("aria-busy");
  } catch {
    // A newer question took its place, or the line is down: saving counts anyway.
  }
}

function later() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(count, WAIT);
}

if (form) {
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
