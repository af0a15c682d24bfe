/* A button beside each piece of code that copies it. */
for (const code of document.querySelectorAll(".pasting-code")) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "button pasting-copy"
  button.textContent = code.dataset.copy
  const said = document.createElement("span")
  said.setAttribute("role", "status")
  button.addEventListener("click", async () => {
    code.select()
    await navigator.clipboard.writeText(code.value)
    said.textContent = ` ${code.dataset.copied}`
  })
  code.after(button, said)
}
