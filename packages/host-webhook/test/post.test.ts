import { createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { listening, makeCertificate } from '@sluice/testing/stand-ins'
import { createPoster, explainAnswer, isWhsec } from '../src/index.ts'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='
/** Of servers that do not answer. The others are waited for as long as a slow machine takes. */
const SHORT_MS = 400

async function post(url: string, timeoutMs = 60_000) {
  const poster = createPoster(new URL(url), { timeoutMs, connections: 1 })
  try {
    return await poster.post({ id: 'id_1', body: '{}' }, [SECRET])
  } finally {
    poster.close()
  }
}

/** A server that does this with each connection that has sent something. */
async function answering(answer: (socket: Socket) => void, { scheme = 'http', timeoutMs = 60_000 } = {}) {
  const server = await listening(() => createServer((socket) => socket.once('data', () => answer(socket))))
  try {
    return await post(`${scheme}://127.0.0.1:${server.port}/sluice`, timeoutMs)
  } finally {
    await server.stop()
  }
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n'

/** Writes a byte every 20 ms: a second has fewer than the answer needs. */
const trickle = (text: string) => (socket: Socket) => {
  const bytes = [...text]
  const timer = setInterval(() => socket.write(bytes.shift() ?? ' '), 20)
  socket.once('close', () => clearInterval(timer))
}

describe('an answer that is no acknowledgement has a code that names the cause', () => {
  test.each<[string, (socket: Socket) => void, string, RegExp]>([
    ['a redirect', (s) => s.end('HTTP/1.1 308 x\r\nlocation: /\r\n\r\n'), 'http_308', /redirects/],
    ['410', (s) => s.end('HTTP/1.1 410 Gone\r\n\r\n'), 'http_410', /path in HOST_WEBHOOK_URL/],
    ['500', (s) => s.end('HTTP/1.1 500 x\r\n\r\n'), 'http_500', /its log/],
    ['no answer', () => {}, 'timeout', /in time/],
    ['headers that come byte by byte', trickle(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99)}`), 'timeout', /in time/],
    [
      'headers without an end',
      (s) => s.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99_999)}`),
      'HPE_HEADER_OVERFLOW',
      /no HTTP/,
    ],
    ['another protocol', (s) => s.end('220 mail.example ESMTP\r\n'), 'HPE_INVALID_CONSTANT', /no HTTP/],
    ['a connection that is closed', (s) => s.destroy(), 'ECONNRESET', /closes the connection/],
  ])('%s', async (_, answer, code, explanation) => {
    const timeoutMs = code === 'timeout' ? SHORT_MS : 60_000
    expect(await answering(answer, { timeoutMs })).toMatchObject({ isAcknowledged: false, code })
    expect(explainAnswer(code)).toMatch(explanation)
  })

  test('a certificate that nobody trusts', async () => {
    const certificate = await makeCertificate()
    const server = await listening(() => createTlsServer(certificate))
    const answer = await post(`https://localhost:${server.port}/sluice`)
    await server.stop()
    expect(answer.code).toMatch(/SELF_SIGNED/)
    expect(explainAnswer(answer.code)).toMatch(/certificate/)
  })

  test('no TLS where it is wanted', async () => {
    const { code } = await answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), { scheme: 'https' })
    expect(explainAnswer(code)).toMatch(/TLS/)
  })

  test('a name that DNS does not know, and a port where nothing listens', async () => {
    expect(explainAnswer((await post('http://host.invalid/sluice')).code)).toMatch(/DNS/)
    expect(explainAnswer((await post('http://127.0.0.1:1/sluice')).code)).toMatch(/nothing listens/)
  })

  test('and a code that nobody has seen is explained too', () => {
    expect(explainAnswer('request_failed')).toBe('the request failed')
    expect(explainAnswer('http_207')).toMatch(/2xx/)
  })
})

describe('an acknowledgement does not wait for its body', () => {
  test.each<[string, (socket: Socket) => void]>([
    [
      'that comes byte by byte',
      (socket) => {
        socket.write(`${HEAD.replace('9', '999')}\r\n`)
        trickle('')(socket)
      },
    ],
    ['that never comes', (socket) => socket.write(`${HEAD}\r\n`)],
    ['that is cut off', (socket) => socket.end(`${HEAD}\r\nab`)],
    [
      'that is huge',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        const write = () => {
          while (!socket.destroyed && socket.write('x'.repeat(65_536)));
        }
        socket.on('drain', write)
        write()
      },
    ],
  ])('%s', async (_, answer) => {
    const { isAcknowledged, ms, text } = await answering(answer)
    expect(isAcknowledged).toBe(true)
    expect(ms).toBeLessThan(30_000)
    expect(text.length).toBeLessThanOrEqual(500)
  })
})

test.each(['whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64', 'secret', `whsec_${'A'.repeat(120)}`])(
  '%j is no secret',
  (text) => expect(isWhsec(text)).toBe(false),
)
