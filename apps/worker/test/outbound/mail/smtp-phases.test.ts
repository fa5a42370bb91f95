import { describe, expect, test } from '@jest/globals'
import { type HangingOptions, type HangingSmtp, type SmtpPhase, withHangingSmtp } from '@sluice/testing/stand-ins'
import { smtpAddress } from '../../../src/outbound/mail/smtp-address.ts'
import { smtpTransport } from '../../../src/outbound/mail/smtp-transport.ts'

const MESSAGE = {
  effectKey: 'receipt:in_1',
  messageId: '<1@acme.example>',
  from: { name: '', address: 'billing@acme.example' },
  to: { name: '', address: 'ada@customer.example' },
  subject: 'Receipt',
  text: 'text',
  html: '<p>html</p>',
  headers: {},
  attachments: [],
}

/** Sends a message once. Resolves to the error of it. */
const sentTo = (options: HangingOptions, use: (smtp: HangingSmtp) => void = () => {}): Promise<unknown> =>
  withHangingSmtp(options, async (smtp) => {
    const transport = smtpTransport(smtp.url, 600)
    try {
      return await transport.send(MESSAGE).then(
        () => 'sent',
        (error: unknown) => error,
      )
    } finally {
      use(smtp)
      transport.close()
    }
  })

test('a server that answers everything gets the message', async () => {
  expect(await sentTo({}, ({ messages }) => expect(messages).toBe(1))).toBe('sent')
})

describe('before the message was sent', () => {
  test.each<SmtpPhase>(['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'])(
    'a server that hangs at %s is waited for',
    async (at) => {
      const error = await sentTo({ at }, ({ messages }) => expect(messages).toBe(0))
      expect(error).toMatchObject({ name: 'UnreachableError', wait: { cause: 'unreachable' } })
    },
  )

  test.each<SmtpPhase>(['greeting', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA'])(
    'a server that hangs up at %s is waited for',
    async (at) => {
      const error = await sentTo({ at, reply: 'hang up' })
      expect(error).toMatchObject({ name: 'UnreachableError', wait: { cause: 'unreachable' } })
    },
  )
})

describe('after the message was sent', () => {
  test.each(['', 'hang up'])('a server that confirms nothing may have delivered it (%j)', async (reply) => {
    const error = await sentTo({ at: 'message', ...(reply && { reply }) }, ({ messages }) => expect(messages).toBe(1))
    expect(error).toMatchObject({ name: 'DeliveryUnknownError', code: 'may_have_been_delivered' })
  })
})

test.each<[SmtpPhase, string, object]>([
  ['greeting', '421 later', { name: 'UnreachableError', wait: { cause: 'unavailable' } }],
  ['greeting', '554 no', { name: 'UnreachableError', code: 'smtp_554', wait: { cause: 'access_denied' } }],
  ['AUTH', '535 wrong', { name: 'UnreachableError', code: 'smtp_535', wait: { cause: 'access_denied' } }],
  ['AUTH', '454 later', { name: 'UnreachableError', code: 'smtp_454', wait: { cause: 'unavailable' } }],
  ['MAIL', '451 later', { name: 'UnreachableError', code: 'smtp_451', wait: { cause: 'unavailable' } }],
  ['MAIL', '553 sender', { name: 'ConfigurationError', code: 'smtp_553' }],
  ['RCPT', '450 greylisted', { name: 'UnreachableError', code: 'smtp_450', wait: { cause: 'deferred' } }],
  ['RCPT', '550 nobody', { name: 'MailError', code: 'smtp_550' }],
  ['DATA', '452 full', { name: 'UnreachableError', code: 'smtp_452', wait: { cause: 'deferred' } }],
  ['message', '451 later', { name: 'UnreachableError', code: 'smtp_451', wait: { cause: 'deferred' } }],
  ['message', '554 spam', { name: 'MailError', code: 'smtp_554' }],
])('a reply at %s of "%s"', async (at, reply, error) => {
  expect(await sentTo({ at, reply })).toMatchObject(error)
})

describe('the login', () => {
  test.each([
    'smtp://user:pass@mail.example',
    'smtp://user:pass@mail.example?ignoreTLS=true',
    'smtp://user:pass@mail.example?requireTLS=false&opportunisticTLS=true',
  ])('is not sent in clear to %s', (url) => {
    const address = smtpAddress(url)
    expect(address.requireTLS).toBe(true)
    expect(address.url).not.toMatch(/TLS/)
  })

  test.each([
    'smtps://user:pass@mail.example',
    'smtp://mail.example',
    'smtp://user:pass@localhost:1025',
    'smtp://user:pass@127.0.0.1:1025',
    'smtp://user:pass@[::1]:1025',
  ])('needs no STARTTLS for %s', (url) => expect(smtpAddress(url)).toEqual({ url }))

  test('is not sent to a server without STARTTLS, and the error says what to set', () =>
    withHangingSmtp({}, async ({ url, commands }) => {
      const transport = smtpTransport(url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), 600)
      const error = await transport.send(MESSAGE).catch((caught: unknown) => caught)
      transport.close()
      expect(error).toMatchObject({ name: 'ConfigurationError', code: 'mail_no_starttls' })
      expect((error as Error).message).toMatch(/smtps:\/\/, a server with STARTTLS/)
      expect(commands).not.toContain('AUTH')
    }))
})

describe('TLS', () => {
  test('to a port without it is a wrong setting', () =>
    withHangingSmtp({}, async ({ url }) => {
      const transport = smtpTransport(url.replace('smtp:', 'smtps:'), 600)
      const error = await transport.send(MESSAGE).catch((caught: unknown) => caught)
      transport.close()
      expect(error).toMatchObject({ name: 'ConfigurationError', code: expect.stringMatching(/^mail_(EPROTO|ERR_SSL)/) })
    }))

  test('with a certificate that does not verify is a wrong setting, and no login is sent', async () => {
    const error = await sentTo({ offersTls: true }, ({ commands }) => expect(commands).not.toContain('AUTH'))
    expect(error).toMatchObject({
      name: 'ConfigurationError',
      code: expect.stringMatching(/^mail_.*(CERT|SELF_SIGNED)/),
    })
  })

  test('that the server cannot begin for now is waited for', async () => {
    const error = await sentTo({ offersTls: true, at: 'STARTTLS', reply: '454 not now' })
    expect(error).toMatchObject({ name: 'UnreachableError', wait: { cause: 'unavailable' } })
  })
})
