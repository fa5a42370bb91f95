import { describe, expect, test } from '@jest/globals'
import type { EmailContent } from '../../src/index.ts'
import { layOut } from '../../src/layout/index.ts'

const EMAIL: EmailContent = {
  language: 'en',
  subject: 'Your receipt',
  title: 'Thank you <b>',
  paragraphs: ['All is "well" & good, with enough words to fill more than one line of seventy-two characters.'],
  details: [['Amount', '$20.00']],
  button: { label: 'Pay', url: 'https://pay.example/?a=1&b="2"' },
  footer: 'Questions?',
  note: null,
}

describe('an e-mail', () => {
  const { text, html } = layOut(EMAIL, 'Acme & Sons')

  test('has the same content in plain text and in HTML', () => {
    for (const words of ['Amount', '$20.00', 'Pay', 'Questions?']) {
      expect(text).toContain(words)
      expect(html).toContain(words)
    }
    expect(text).toContain('https://pay.example/?a=1&b="2"')
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72)
  })

  test('escapes its content', () => {
    expect(html).toContain('Thank you &lt;b&gt;')
    expect(html).toContain('Acme &amp; Sons')
    expect(html).toContain('href="https://pay.example/?a=1&amp;b=&quot;2&quot;"')
    expect(html).not.toContain('<b>')
  })

  test('is marked as a test in test mode', () => {
    expect(html).not.toContain('Test mode')
    const test = layOut({ ...EMAIL, note: 'Test mode' }, 'Acme')
    expect(test.text).toContain('Test mode')
    expect(test.html).toContain('Test mode')
  })
})

describe('the plain text', () => {
  const lines = (changes: Partial<EmailContent>) => layOut({ ...EMAIL, ...changes }, 'Acme').text.split('\n')

  test('breaks no amount in two', () => {
    const amount = 'A payment of 1.234,50\u00a0€ and more. '.repeat(9).trim()
    expect(
      lines({ paragraphs: [amount] })
        .join('\n')
        .match(/1\.234,50 €/g),
    ).toHaveLength(9)
  })

  test('has lines of 36 Japanese characters at most, none of which begins with a full stop', () => {
    const text =
      '次回のご利用期間の料金として、ご登録のお支払い方法に¥1,980を請求いたします。お手続きは不要です。'.repeat(3)
    const japanese = lines({ language: 'ja', paragraphs: [text] })
    expect(japanese.join('')).toContain(text)
    for (const line of japanese) {
      expect(line.length).toBeLessThanOrEqual(44) // some of its characters are narrow
      expect(line).not.toMatch(/^[。、]/)
    }
  })

  test('aligns its details', () => {
    const text = lines({
      language: 'ja',
      details: [
        ['更新日', '2026年12月1日'],
        ['ご請求金額', '¥1,980'],
      ],
    })
    expect(text).toContain('更新日：      2026年12月1日')
    expect(text).toContain('ご請求金額：  ¥1,980')
  })
})
