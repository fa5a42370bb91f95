import { describe, expect, test } from '@jest/globals'
import { type EmailContent, linkButton } from '../../../src/outbound/mail/email-content.ts'
import { layOut } from '../../../src/outbound/mail/layout.ts'

const EMAIL: EmailContent = {
  subject: 'Your receipt',
  title: 'Thank you <b>',
  paragraphs: ['All is "well" & good, with enough words to fill more than one line of seventy-two characters.'],
  details: [['Amount', '$20.00']],
  button: { label: 'Pay', url: 'https://pay.example/?a=1&b="2"' },
  footer: 'Questions?',
  isTest: false,
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
    const test = layOut({ ...EMAIL, isTest: true }, 'Acme')
    expect(test.text).toContain('Test mode')
    expect(test.html).toContain('Test mode')
  })
})

test('only https links become buttons', () => {
  expect(linkButton('Pay', 'https://a.example/1')).toEqual({ label: 'Pay', url: 'https://a.example/1' })
  for (const url of [null, '', 'http://a.example', 'javascript:alert(1)', 'nonsense'])
    expect(linkButton('Pay', url)).toBeUndefined()
})
