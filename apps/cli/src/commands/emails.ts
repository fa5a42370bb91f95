import { brandVariables, LANGUAGES, type Language, writePreview } from '@sluice/emails'
import { readEnv } from '@sluice/runtime/environment'
import { Command, Option } from 'commander'
import { openInBrowser } from '../lib/open-in-browser.ts'
import { print } from '../lib/print.ts'

const HELP = `
Shows also your own wording and look: set EMAIL_TEMPLATES and BRAND_FILE as the worker has them.

Examples:
  $ sluice emails preview
  $ BRAND_FILE=brand.json EMAIL_TEMPLATES=emails sluice emails preview --language de`

interface PreviewOptions {
  out: string
  language?: Language
  json?: boolean
}

export const define = (command: Command): Command => command.addCommand(previewCommand())

const previewCommand = () =>
  new Command('preview')
    .description('Write every e-mail with sample data to a folder, and open it in a browser.')
    .option('--out <folder>', 'where to write the pages', '.sluice/emails')
    .addOption(new Option('--language <language>', 'only this language; default: all').choices(LANGUAGES))
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ out, language, json }: PreviewOptions) => {
      const { BRAND_FILE: brand, EMAIL_TEMPLATES: templates } = readEnv(brandVariables)
      const languages = language === undefined ? LANGUAGES : [language]
      const { index, emails } = await writePreview({ folder: out, languages, brand, templates })
      if (json) return print(JSON.stringify({ index, emails }))
      print(`${emails.length} e-mails: ${index}`)
      openInBrowser(index)
    })
