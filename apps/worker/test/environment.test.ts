import { expect, test } from '@jest/globals'
import { readEnvironment } from '../src/environment.ts'

const read = (more: Record<string, string> = {}) =>
  readEnvironment({ DATABASE_URL: 'postgres://a@localhost/a', REDIS_URL: 'redis://localhost', ...more })

test('without settings, mail and documents stay on this machine', () => {
  const env = read()
  expect(env.SMTP_URL).toBeUndefined()
  expect(env.MAIL_FROM.address).toBe('billing@localhost')
  expect(env.ASSET_STORE).toEqual({ kind: 'file', directory: '.sluice/assets' })
})

test.each([
  ['SMTP_URL', 'mail.example:25'],
  ['SMTP_URL', 'http://mail.example'],
  ['MAIL_FROM', 'nobody'],
  ['ASSET_STORE', '/var/assets'],
  ['ASSET_STORE', 's3://No_Bucket'],
  ['S3_ENDPOINT', 'minio:9000'],
])('a wrong %s is named, and not repeated', (name, value) => {
  const attempt = () => read({ [name]: value })
  expect(attempt).toThrow(new RegExp(`^${name} must be `))
  expect(attempt).not.toThrow(value)
})
