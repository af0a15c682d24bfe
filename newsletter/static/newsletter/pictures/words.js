/* The sentences of this page about pictures. */

export const words = JSON.parse(document.getElementById("picture-words")?.textContent || "{}")
