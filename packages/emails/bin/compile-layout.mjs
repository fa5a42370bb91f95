// `pnpm --filter @sluice/emails layout [--check]`: compiles layout/email.mjml to HTML that Outlook, Gmail and Apple Mail
// display alike. Compiled ahead, so that a worker neither loads MJML nor has it installed.
import { readFileSync, writeFileSync } from 'node:fs'
import mjml2html from 'mjml'

const source = readFileSync(new URL('../layout/email.mjml', import.meta.url), 'utf8')
const compiled = new URL('../src/generated/layout.ts', import.meta.url)

/** MJML accepts only colors as colors: these two stand for those of the button. */
const PLACEHOLDERS = { '#010203': '{{color}}', '#040506': '{{onColor}}' }

const { html, errors } = await mjml2html(source, { validationLevel: 'soft', keepComments: false })
for (const { formattedMessage } of errors) console.error(formattedMessage)

const compact = html.replace(/\n\s*/g, '\n').trim()
const template = Object.entries(PLACEHOLDERS).reduce((text, [color, name]) => text.replaceAll(color, name), compact)
const module = `/** Compiled from layout/email.mjml: pnpm --filter @sluice/emails layout */\nexport const LAYOUT = ${JSON.stringify(template)}\n`

const isCurrent = readFileSync(compiled, { encoding: 'utf8', flag: 'a+' }) === module
if (process.argv.includes('--check')) process.exitCode = isCurrent ? 0 : 1
else writeFileSync(compiled, module)
