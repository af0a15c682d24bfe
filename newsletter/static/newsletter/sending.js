// While an issue leaves, the page looks again by itself and keeps its place.
const EVERY = 2000;
const FIND = "[data-desk-live]";

// Nothing is taken from under a finger, nor what was typed and not yet sent.
function isInUse(live) {
  const typed = [...live.querySelectorAll("input:not([type=hidden])")];
  return (
    live.contains(document.activeElement) || typed.some((field) => field.value !== field.defaultValue)
  );
}

// What stands there is old news: say so.
function showLost(live) {
  live.querySelector("[data-desk-looked]")?.setAttribute("hidden", "");
  live.querySelector("[data-desk-lost]")?.removeAttribute("hidden");
}

async function lookAgain() {
  const live = document.querySelector(FIND);
  if (!live || live.dataset.deskLive !== "moving") return;
  if (!document.hidden && !isInUse(live)) {
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(FIND);
      // Somebody may have begun to type while the answer was on its way.
      if (!answer.ok || !fresh) showLost(live);
      else if (!isInUse(live)) live.replaceWith(document.adoptNode(fresh));
    } catch {
      // The line may be down for a moment; look again later.
      showLost(live);
    }
  }
  window.setTimeout(lookAgain, EVERY);
}

window.setTimeout(lookAgain, EVERY);
