/* A press that prints; without scripts the browser's own menu does. */
for (const press of document.querySelectorAll("[data-print]")) {
  press.hidden = false;
  press.addEventListener("click", () => window.print());
}
