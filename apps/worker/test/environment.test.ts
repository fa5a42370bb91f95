import { expect, test } from '@jest/globals'
import { EMAIL_KINDS } from '@sluice/emails'
import { readEnvironment } from '../src/environment.ts'

const read = (more: Record<string, string> = {}) =>
  readEnvironment({ DATABASE_URL: 'postgres://a@localhost/a', REDIS_URL: 'redis://localhost', ...more })

test('without settings, mail and documents stay on this machine', () => {
  const env = read()
  expect(env.SMTP_URL).toBeUndefined()
  expect(env.MAIL_FROM.address).toBe('billing@localhost')
  expect(env.STAFF_WEBHOOK_URL).toBeUndefined()
  expect(env.ASSET_STORE).toEqual({ kind: 'file', directory: '.sluice/assets' })
})

test.each([
  ['SMTP_URL', 'mail.example:25'],
  ['SMTP_URL', 'http://mail.example'],
  ['MAIL_FROM', 'nobody'],
  ['EMAILS', 'receipts'],
  ['EMAILS_TO_CONNECTED', 'yes'],
  ['EMAIL_MAX_AGE_HOURS', '3d'],
  ['STAFF_WEBHOOK_URL', 'hooks.slack.com/services/T0/B0/secret'],
  ['ASSET_STORE', '/var/assets'],
  ['ASSET_STORE', 's3://No_Bucket'],
  ['S3_ENDPOINT', 'minio:9000'],
])('a wrong %s is named, and not repeated', (name, value) => {
  const attempt = () => read({ [name]: value })
  expect(attempt).toThrow(new RegExp(`^${name} must be `))
  expect(attempt).not.toThrow(value)
})

test('a wrong kind of e-mail is answered with one line that lists the kinds', () => {
  expect(() => read({ EMAILS: 'all,-reciept' })).toThrow(
    /^EMAILS must be all, none, .*dispute\.opened.*receipt.*[^\n]$/,
  )
})

test('without settings, all kinds of e-mail are sent, of the last three days, but not to connected accounts', () => {
  const { EMAILS, EMAILS_TO_CONNECTED, EMAIL_MAX_AGE_HOURS } = read()
  expect([[...EMAILS].length, EMAILS_TO_CONNECTED, EMAIL_MAX_AGE_HOURS]).toEqual([EMAIL_KINDS.length, false, 72])
})
