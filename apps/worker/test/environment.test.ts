import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { EMAIL_KINDS } from '@sluice/emails'
import { withFolder } from '@sluice/testing'
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
  ['HOST_WEBHOOK_URL', 'app.example/sluice'],
  ['HOST_WEBHOOK_URL', 'ftp://app.example/sluice'],
  ['HOST_WEBHOOK_SECRET', 'whsec_c2hvcnQ='],
  ['HOST_WEBHOOK_SECRET', 'a secret'],
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

test.each([
  ['BRAND_FILE', 'brand.json', '{"color":"blue"}', 'BRAND_FILE brand.json: color must be a color, #1d4ed8'],
  ['EMAIL_TEMPLATES', 'receipt.de.json', '{"title":"{sum}"}', /^EMAIL_TEMPLATES receipt\.de\.json: \{sum\} is no /],
])('a wrong file of %s stops the worker with one line', (name, file, content, message) =>
  withFolder(async (folder) => {
    const path = join(folder, file)
    await writeFile(path, content)
    const attempt = () => read({ [name]: name === 'BRAND_FILE' ? path : folder })
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(/^[^\n]+$/)
  }),
)

test.each([
  ['BRAND_FILE', 'BRAND_FILE brand.json cannot be read'],
  ['EMAIL_TEMPLATES', 'EMAIL_TEMPLATES must be a folder that can be read'],
])('a missing %s stops the worker with one line', (name, message) =>
  expect(() => read({ [name]: '/nowhere/brand.json' })).toThrow(message),
)
