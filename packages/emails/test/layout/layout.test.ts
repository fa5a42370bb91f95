import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { PLAIN_BRAND } from '../../src/brand.ts'
import type { EmailContent } from '../../src/index.ts'
import { layOut } from '../../src/layout/index.ts'

const EMAIL: EmailContent = {
  language: 'en',
  readers: 'customer',
  subject: 'Your receipt',
  title: 'Thank you <b>',
  paragraphs: ['All is "well" & good, with enough words to fill more than one line of seventy-two characters.'],
  details: [['Amount', '$20.00']],
  button: { label: 'Pay', url: 'https://pay.example/?a=1&b="2"' },
  footer: 'You have a payment with us.',
  note: null,
}

const laidOut = (changes: Partial<EmailContent> = {}, brand = PLAIN_BRAND, sender = 'Acme & Sons') =>
  layOut({ ...EMAIL, ...changes }, brand, sender)

test('the compiled layout is that of email.mjml', async () => {
  const compile = fileURLToPath(new URL('../../bin/compile-layout.mjs', import.meta.url))
  const compiled = promisify(execFile)(process.execPath, [compile, '--check'])
  await expect(compiled).resolves.toEqual({ stdout: '', stderr: '' })
})

describe('an e-mail', () => {
  test('has the same content in plain text and in HTML', async () => {
    const { text, html } = await laidOut()
    for (const words of ['Amount', '$20.00', 'Pay', 'You have a payment with us.', 'Just reply'.toLowerCase()]) {
      expect(text.toLowerCase()).toContain(words.toLowerCase())
      expect(html.toLowerCase()).toContain(words.toLowerCase())
    }
    expect(text).toContain('https://pay.example/?a=1&b="2"')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72)
  })

  test('escapes its content, and leaves no placeholder of the layout', async () => {
    const { html } = await laidOut()
    expect(html).toContain('Thank you &lt;b&gt;')
    expect(html).toContain('Acme &amp; Sons')
    expect(html).toContain('href="https://pay.example/?a=1&amp;b=&quot;2&quot;"')
    expect(html).not.toContain('<b>')
    expect(html).not.toMatch(/\{\{|undefined|\[object/)
  })

  test('names its language, and that it looks well on a dark background', async () => {
    const { html } = await laidOut({ language: 'ja' })
    expect(html).toMatch(/<html lang="ja" dir="ltr"/)
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).toContain('prefers-color-scheme: dark')
  })

  test('is marked as a test in test mode', async () => {
    expect((await laidOut()).html).not.toContain('Test mode')
    const { text, html } = await laidOut({ note: 'Test mode' })
    expect(text).toContain('Test mode')
    expect(html).toContain('Test mode')
  })

  test('has no button and no list if it has none', async () => {
    const { html } = await laidOut({ button: null, details: [] })
    expect(html).not.toContain('class="words button"')
    expect(html).not.toContain('class="label"')
  })
})

describe('the brand', () => {
  const BRAND = {
    ...PLAIN_BRAND,
    company: 'Acme Pictures GmbH',
    address: ['Hauptstr. 1', '10115 Berlin'],
    taxIds: ['DE123456789'],
    color: '#ffd400',
    support: 'help@acme.example',
    links: { account: 'https://acme.example/account', portal: 'https://billing.example/p' },
    footer: 'HRB 12345\nManaging director: Ada',
    logo: { url: 'https://acme.example/logo.png' },
  }

  test('is shown in both forms', async () => {
    const { text, html } = await laidOut({}, BRAND)
    const lines = ['Acme Pictures GmbH', 'Hauptstr. 1', '10115 Berlin', 'DE123456789', 'HRB 12345', 'help@acme.example']
    for (const words of [...lines, ...Object.values(BRAND.links)]) {
      expect(text).toContain(words)
      expect(html).toContain(words)
    }
    expect(html).toContain('src="https://acme.example/logo.png"')
    expect(html).toMatch(/background:#ffd400/)
    expect(html).not.toContain('Acme &amp; Sons')
  })

  test('sends its logo along if it is a file', async () => {
    const logo = { filename: 'logo.png', contentType: 'image/png', content: Buffer.from('x') }
    expect((await laidOut({}, { ...BRAND, logo })).html).toContain('src="cid:logo@sluice"')
  })

  test('has no links for the staff', async () => {
    const { html } = await laidOut({ readers: 'staff' }, BRAND)
    expect(html).not.toContain('billing.example')
    expect(html).not.toContain('help@acme.example')
  })
})

describe('the plain text', () => {
  const linesOf = async (changes: Partial<EmailContent>) => (await laidOut(changes)).text.split('\n')

  test('breaks no amount in two', async () => {
    const amount = 'A payment of 1.234,50\u00a0€ and more. '.repeat(9).trim()
    expect((await linesOf({ paragraphs: [amount] })).join('\n').match(/1\.234,50 €/g)).toHaveLength(9)
  })

  test('has lines of 36 Japanese characters at most, none of which begins with a full stop', async () => {
    const text =
      '次回のご利用期間の料金として、ご登録のお支払い方法に¥1,980を請求いたします。お手続きは不要です。'.repeat(3)
    const japanese = await linesOf({ language: 'ja', paragraphs: [text] })
    expect(japanese.join('')).toContain(text)
    for (const line of japanese) {
      expect(line.length).toBeLessThanOrEqual(44) // some of its characters are narrow
      expect(line).not.toMatch(/^[。、]/)
    }
  })

  test('aligns its details', async () => {
    const lines = await linesOf({
      language: 'ja',
      details: [
        ['更新日', '2026年12月1日'],
        ['ご請求金額', '¥1,980'],
      ],
    })
    expect(lines).toContain('更新日：      2026年12月1日')
    expect(lines).toContain('ご請求金額：  ¥1,980')
  })
})
