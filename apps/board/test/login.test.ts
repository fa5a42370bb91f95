import { describe, expect, test } from '@jest/globals'
import { basic, CREDENTIALS, withBoard } from './with-board.ts'

describe('the login', () => {
  test('guards every path but the health of the process', () =>
    withBoard(async ({ url }) => {
      for (const path of ['/', '/queues', '/queues/api/queues', '/queues/static/js/main.js', '/metrics', '/nothing']) {
        const answer = await fetch(url + path)
        expect([path, answer.status]).toEqual([path, 401])
        expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Basic /)
      }
      expect((await fetch(`${url}/queues/api/queues/pause`, { method: 'PUT' })).status).toBe(401)
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
    }))

  test('lets the right credentials in, and no others', () =>
    withBoard(async ({ url }) => {
      const statusFor = async (authorization: string) =>
        (await fetch(`${url}/queues`, { headers: { Authorization: authorization } })).status

      expect(await statusFor(basic(CREDENTIALS.user, CREDENTIALS.password))).toBe(200)
      expect(await statusFor(basic(CREDENTIALS.user, 'wrong'))).toBe(401)
      expect(await statusFor(basic('somebody', CREDENTIALS.password))).toBe(401)
      expect(await statusFor(basic(CREDENTIALS.user, ''))).toBe(401)
      expect(await statusFor('Basic %%%')).toBe(401)
      expect(await statusFor(`Bearer ${CREDENTIALS.password}`)).toBe(401)
    }))

  test('refuses an address after ten failures, with the right password too', () =>
    withBoard(async ({ url }) => {
      const attempt = (password: string) =>
        fetch(`${url}/queues`, { headers: { Authorization: basic(CREDENTIALS.user, password) } })

      for (let count = 0; count < 10; count += 1) expect((await attempt('wrong')).status).toBe(401)
      const refused = await attempt(CREDENTIALS.password)

      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect((await fetch(`${url}/healthz`)).status).toBe(200)
    }))
})
