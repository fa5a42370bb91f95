import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { PLAIN_BRAND, writePreview } from '../src/index.ts'

const LOGO = { filename: 'logo.png', contentType: 'image/png', content: Buffer.from('image') }

test('a preview has every e-mail of a language as HTML and as text, with own wording, and a page that links to them', () =>
  withFolder(async (folder) => {
    const templates = new Map([['receipt.de', { subject: 'Danke für {amount}' }]])
    const brand = { ...PLAIN_BRAND, company: 'Acme', logo: LOGO }
    const { index, emails } = await writePreview({ folder, languages: ['de'], brand, templates })
    expect(emails).toContainEqual({
      kind: 'receipt',
      variant: undefined,
      language: 'de',
      subject: 'Danke für 29,00 €',
      file: 'receipt.de',
    })
    expect(emails.map(({ file }) => file)).toContain('payment.failed.withRetry.de')
    expect(emails.map(({ file }) => file)).toContain('dispute.opened.en') // the staff reads English
    const page = await readFile(index, 'utf8')
    const files = await readdir(dirname(index))
    for (const { file } of emails) {
      expect(page).toContain(`href="#${file}"`)
      expect(files).toContain(`${file}.txt`)
      expect(await readFile(join(folder, `${file}.html`), 'utf8')).toContain('data:image/png;base64,aW1hZ2U=')
    }
  }))
