import { describe, expect, test } from '@jest/globals'
import type { EmailContent } from '@sluice/emails'
import { type TestChat, withChat } from '@sluice/testing/stand-ins'
import { retryAfterMs } from '../../../src/outbound/retry-after.ts'
import { discord } from '../../../src/outbound/staff/formats/discord.ts'
import { slack } from '../../../src/outbound/staff/formats/slack.ts'
import { teams } from '../../../src/outbound/staff/formats/teams.ts'
import { createStaffWebhook, StaffWebhookError } from '../../../src/outbound/staff/webhook.ts'
import { UnreachableError } from '../../../src/outbound/unreachable.ts'

const CONTENT: EmailContent = {
  language: 'en',
  readers: 'staff',
  subject: 'A dead letter',
  title: 'A dead letter',
  paragraphs: ['Look.'],
  details: [],
  button: null,
  footer: '',
  note: null,
}

const webhookOf = ({ url }: TestChat, format = slack, timeoutMs = 10_000) =>
  createStaffWebhook({ url, format, timeoutMs })

describe('a message to the staff', () => {
  test.each([
    ['Slack', slack, ''],
    ['Discord', discord, 'wait=true'],
    ['Teams', teams, ''],
  ])('is posted to %s as JSON', (_name, format, query) =>
    withChat(async (chat) => {
      await webhookOf(chat, format).post(CONTENT)
      const { pathname: path } = chat.url
      expect(chat.requests).toEqual([{ path, query, contentType: 'application/json', body: format.bodyOf(CONTENT) }])
    }),
  )

  test.each([400, 302])('that is answered with %i fails with that cause', (status) =>
    withChat(async (chat) => {
      chat.failWith({ status, body: `no_service at ${chat.url}` })
      const error = await webhookOf(chat)
        .post(CONTENT)
        .catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(StaffWebhookError)
      expect(error).toMatchObject({ code: `webhook_${status}`, message: `webhook_${status}` })
      expect(JSON.stringify(error)).not.toContain('secret')
    }),
  )

  test.each([403, 404, 410])('that is answered with %i is a wrong setting', (status) =>
    withChat(async (chat) => {
      chat.failWith({ status, body: `no_service at ${chat.url}` })
      const error = await webhookOf(chat)
        .post(CONTENT)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'ConfigurationError', code: `webhook_${status}` })
      expect((error as Error).message).toBe('the service does not know STAFF_WEBHOOK_URL')
    }),
  )

  test.each([500, 503, 408])('waits for a service that answers %i', (status) =>
    withChat(async (chat) => {
      chat.failWith({ status })
      await expect(webhookOf(chat).post(CONTENT)).rejects.toThrow(new UnreachableError(`webhook_${status}`))
    }),
  )

  test('waits as long as the service asks, and does not ask it again before', () =>
    withChat(async (chat) => {
      const webhook = webhookOf(chat)
      chat.failWith({ status: 429, retryAfter: '30' })
      await expect(webhook.post(CONTENT)).rejects.toMatchObject({
        code: 'webhook_429',
        wait: { cause: 'rate_limited', retryAfterMs: 30_000 },
      })
      chat.recover()
      await expect(webhook.post(CONTENT)).rejects.toMatchObject({ code: 'webhook_429', name: 'UnreachableError' })
      expect(chat.requests).toHaveLength(1)
    }))

  test('that a connector of Teams did not deliver, although it answered 200, waits', () =>
    withChat(async (chat) => {
      const body = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429'
      chat.failWith({ status: 200, body })
      await expect(webhookOf(chat, teams).post(CONTENT)).rejects.toThrow(new UnreachableError('webhook_429'))
    }))

  test('waits for a service that hangs, or is down, and is sent when it is back', () =>
    withChat(async (chat) => {
      chat.failWith('hangs')
      await expect(webhookOf(chat, slack, 50).post(CONTENT)).rejects.toThrow(new UnreachableError('ETIMEDOUT'))
      await chat.stop()
      await expect(webhookOf(chat).post(CONTENT)).rejects.toThrow(new UnreachableError('ECONNREFUSED'))
      await chat.start()
      chat.recover()
      await webhookOf(chat).post(CONTENT)
      expect(chat.requests).toHaveLength(2)
    }))

  test('to a port without TLS fails with a cause, and does not wait', () =>
    withChat(async (chat) => {
      const url = new URL(chat.url.href.replace('http:', 'https:'))
      const error = await webhookOf({ ...chat, url })
        .post(CONTENT)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        name: 'ConfigurationError',
        code: expect.stringMatching(/^webhook_(ERR_SSL_|EPROTO$)/),
      })
      expect((error as Error).message).toContain('STAFF_WEBHOOK_URL')
    }))
})

test.each([
  [null, undefined],
  ['30', 30_000],
  ['0.5', 500],
  ['soon', undefined],
  ['-1', 0],
  ['999999999', 86_400_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
])('Retry-After: %s', (header, ms) => {
  expect(retryAfterMs(header)).toBe(ms)
})
