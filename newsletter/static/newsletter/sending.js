// While an issue leaves, the page looks again by itself and keeps its place.
const EVERY = 2000;
const FIND = "[data-desk-live]";

async function lookAgain() {
  const live = document.querySelector(FIND);
  if (!live || live.dataset.deskLive !== "moving") return;
  if (!document.hidden && !live.contains(document.activeElement)) {
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(FIND);
      if (answer.ok && fresh) live.replaceWith(document.adoptNode(fresh));
    } catch {
      // The line may be down for a moment; look again later.
    }
  }
  window.setTimeout(lookAgain, EVERY);
}

window.setTimeout(lookAgain, EVERY);
