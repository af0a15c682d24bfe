/* MJML sources as JSON on stdin; HTML and remarks of the reference engine on stdout. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const require = createRequire(`${process.cwd()}/`)
const mjml2html = require("mjml")
const sources = JSON.parse(readFileSync(0, "utf8"))
const made = sources.map((source) => {
  const { html, errors } = mjml2html(source, { fonts: {}, validationLevel: "soft" })
  return { html, remarks: errors.map((error) => `${error.tagName}: ${error.message}`) }
})
process.stdout.write(JSON.stringify(made))
