import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
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

  test('counts guesses before it looks at them: of 600 at once, ten are looked at', () =>
    withBoard(async ({ url, logged, fetch: asOperator }) => {
      const { hostname, port } = new URL(url)
      const requests = Array.from({ length: 600 }, (_, index) => {
        const authorization = basic(CREDENTIALS.user, index === 599 ? CREDENTIALS.password : `guess ${index}`)
        return `GET /queues HTTP/1.1\r\nHost: board\r\nAuthorization: ${authorization}\r\n\r\n`
      })
      const statuses = await pipelined(hostname, Number(port), requests)
      expect(statuses.filter((status) => status === 401)).toHaveLength(10)
      expect(statuses.filter((status) => status === 429)).toHaveLength(590)

      const failures = logged('Login failed')
      expect(failures).toHaveLength(10)
      expect(new Set(failures.map(({ network, reason }) => `${network} ${reason}`))).toEqual(
        new Set(['127.0.0.1 wrong_credentials']),
      )
      expect(logged('Login refused')).not.toEqual([])
      expect(JSON.stringify([failures, logged('Login refused')])).not.toMatch(/guess|operator|password of/)
      expect((await asOperator('/metrics')).status).toBe(429)
    }))

  test('counts failures in a metric', () =>
    withBoard(async ({ url, fetch: asOperator }) => {
      const failures = async () => {
        const page = await (await asOperator('/metrics')).text()
        return Number(/^webhook_board_login_failures_total\{outcome="wrong"\} (\d+)/m.exec(page)?.[1] ?? 0)
      }
      const before = await failures()
      await fetch(`${url}/queues`, { headers: { Authorization: basic(CREDENTIALS.user, 'wrong') } })
      await eventually(async () => expect(await failures()).toBe(before + 1)) // the page is kept for a moment
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

/** The statuses of requests that are sent together on one connection, without waiting for an answer. */
const pipelined = (host: string, port: number, requests: string[]): Promise<number[]> =>
  new Promise((resolve, reject) => {
    let answers = ''
    const socket = connect(port, host, () => socket.write(requests.join('')))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      answers += chunk
      const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status))
      if (statuses.length < requests.length) return
      socket.destroy()
      resolve(statuses)
    })
  })
