import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { eventually, withFolder } from '@sluice/testing'
import { type TestSmtp, withSmtp } from '@sluice/testing/stand-ins'
import { senderOf } from '../../../src/outbound/mail/address.ts'
import { createMailer, type Mailer } from '../../../src/outbound/mail/mailer.ts'
import { createFileStore } from '../../../src/outbound/store/file-store.ts'

const EMAIL = {
  to: 'ada@customer.example',
  subject: 'Grüße, Łukasz',
  text: 'text',
  html: '<p>html</p>',
  attachments: [],
}

const withMailer = (smtpUrl: string | null, use: (mailer: Mailer, folder: string) => Promise<void>, timeoutMs = 500) =>
  withFolder(async (folder) => {
    const sender = senderOf('"Acme" <billing@acme.example>')
    if (!sender) throw new Error('the sender is wrong')
    const mailer = createMailer({ sender, smtpUrl, files: createFileStore(folder), timeoutMs })
    await use(mailer, folder).finally(() => mailer.close())
  })

const overSmtp = (use: (mailer: Mailer, smtp: TestSmtp) => Promise<void>, timeoutMs?: number) =>
  withSmtp((smtp) => withMailer(smtp.url, (mailer) => use(mailer, smtp), timeoutMs))

describe('a mailer without a server', () => {
  test('writes each message to a file, once per effect', () =>
    withMailer(null, async (mailer, folder) => {
      await mailer.send('receipt:in_1@acct_1', EMAIL)
      await mailer.send('receipt:in_1@acct_1', EMAIL)
      const files = (await readdir(folder)).filter((name) => name.endsWith('.eml'))
      expect(files).toEqual([expect.stringMatching(/^receipt-in_1-acct_1-[0-9a-f]{8}\.eml$/)])
      const message = await readFile(join(folder, files[0] ?? ''), 'utf8')
      expect(message).toMatch(/^From: Acme <billing@acme\.example>/m)
      expect(message).toMatch(/^Message-ID:\s+<[0-9a-f]{64}@acme\.example>/m)
    }))
})

describe('a mailer with a server', () => {
  test('gives each effect its own Message-ID', () =>
    overSmtp(async (mailer, smtp) => {
      for (const key of ['receipt:in_1', 'receipt:in_1', 'receipt:in_2']) await mailer.send(key, EMAIL)
      const [first, again, other] = smtp.mails.map(({ messageId }) => messageId)
      expect(again).toBe(first)
      expect(other).not.toBe(first)
      expect(smtp.mails[0]).toMatchObject({ subject: EMAIL.subject, to: EMAIL.to, from: 'billing@acme.example' })
    }))

  test.each([
    [550, { name: 'MailError', code: 'smtp_550' }],
    [451, { name: 'UnreachableError', code: 'smtp_451', wait: { cause: 'deferred', limitMs: 24 * 3_600_000 } }],
    [421, { name: 'UnreachableError', code: 'smtp_421', wait: { cause: 'unavailable' } }],
  ])('reports an answer of %d by its code alone', (refuse, failure) =>
    overSmtp(async (mailer, smtp) => {
      smtp.failWith({ refuse })
      const error = await mailer.send('receipt:in_1', EMAIL).catch((caught: unknown) => caught)
      expect(error).toMatchObject(failure)
      expect(String((error as Error).message + (error as Error).stack)).not.toContain('customer.example')
    }),
  )

  test.each<[string, (smtp: TestSmtp) => unknown]>([
    ['is down', (smtp) => smtp.stop()],
    ['is slow after taking', (smtp) => smtp.failWith({ slowMs: 900 })],
    ['hangs up after taking', (smtp) => smtp.failWith('hangs up after taking')],
  ])('does not ask a server that %s for a while, and then sends the same message', (failure, begin) =>
    overSmtp(async (mailer, smtp) => {
      const send = () => mailer.send('receipt:in_1', EMAIL)
      await begin(smtp)
      const name = failure === 'is down' ? 'UnreachableError' : 'DeliveryUnknownError'
      await expect(send()).rejects.toMatchObject({ name })
      const asked = smtp.asked
      await expect(send()).rejects.toMatchObject({ name: 'UnreachableError' })
      expect(smtp.asked).toBe(asked)

      await smtp.stop()
      await smtp.start()
      smtp.recover()
      await eventually(send)
      expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(1)
    }),
  )

  test('sends a few messages at once and refuses the others: none is sent after it was refused', () =>
    overSmtp(async (mailer, smtp) => {
      smtp.failWith({ slowMs: 2_500 })
      const keys = Array.from({ length: 20 }, (_, index) => `receipt:in_${index}`)
      const outcomes = await Promise.allSettled(keys.map((key) => mailer.send(key, EMAIL)))
      const taken = outcomes.filter(({ status }) => status === 'fulfilled').length
      const busy = outcomes.filter((one) => one.status === 'rejected' && one.reason.code === 'smtp_busy').length
      expect(busy).toBeGreaterThan(0)
      expect(taken + busy).toBe(20)
      expect(smtp.mails).toHaveLength(taken)
    }, 4_000))
})

test.each([
  ['billing@localhost', { name: 'billing@localhost', address: 'billing@localhost', domain: 'localhost' }],
  ['Acme <b@acme.example>', { name: 'Acme', address: 'b@acme.example', domain: 'acme.example' }],
  ['"Acme, Inc." <b@acme.example>', { name: 'Acme, Inc.', address: 'b@acme.example', domain: 'acme.example' }],
  ['<b@acme.example>', { name: 'b@acme.example', address: 'b@acme.example', domain: 'acme.example' }],
  ['nobody', undefined],
  ['a@b, c@d', undefined],
  ['Acme\r\nBcc: x <b@acme.example>', undefined],
])('the sender is parsed: %j', (text, sender) => expect(senderOf(text)).toEqual(sender))
