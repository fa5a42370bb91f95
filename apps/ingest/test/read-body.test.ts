import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { createBodyBudget } from '../src/body-budget.ts'
import { hasUnreadBody, readBody } from '../src/read-body.ts'
import { exchange, head } from './exchange.ts'

/** Reads a body with a limit of ten bytes. Tells the result, and whether bytes are left unread. */
async function bodyOf(chunks: string[], options = {}) {
  const outcomes: { body: string; unread: boolean }[] = []
  const read = async (request: IncomingMessage) => {
    const budget = createBodyBudget()
    const share = budget.open('client')
    const body = await readBody(request, { maxBytes: 10, budget, share }).then(
      String,
      ({ code, reason }) => `${code}: ${reason}`,
    )
    budget.release(share)
    outcomes.push({ body, unread: hasUnreadBody(request) })
    request.socket.destroy()
  }
  await exchange((request) => void read(request), chunks, options)
  return outcomes[0]
}

describe('a body', () => {
  test('is its exact bytes, in how many pieces it may come', async () => {
    const chunked = head('Transfer-Encoding: chunked\r\n')
    expect(await bodyOf([chunked, '2\r\n{ \r\n', '3\r\n\t}\n\r\n0\r\n\r\n'])).toEqual({
      body: '{ \t}\n',
      unread: false,
    })
  })

  test('may be as long as the limit, and may be none', async () => {
    expect(await bodyOf([head('Content-Length: 10\r\n'), '0123456789'])).toEqual({ body: '0123456789', unread: false })
    expect(await bodyOf([head()])).toEqual({ body: '', unread: false })
  })

  test('over the limit is refused as soon as that is known', async () => {
    expect(await bodyOf([head('Transfer-Encoding: chunked\r\n'), 'b\r\n01234567890\r\n'])).toEqual({
      body: 'payload_too_large: body',
      unread: true,
    })
  })

  test('that ends before it is whole is a timeout', async () => {
    expect(await bodyOf([head('Content-Length: 9\r\n'), '{"id"'], { end: true })).toEqual({
      body: 'request_timeout: incomplete_body',
      unread: true,
    })
  })
})

test('a request has an unread body when it announces one and not all of it has come', async () => {
  const unread = async (chunks: string[]) => {
    const outcomes: boolean[] = []
    await exchange((request) => {
      outcomes.push(hasUnreadBody(request))
      request.socket.destroy()
    }, chunks)
    return outcomes[0]
  }
  expect(await unread([head()])).toBe(false)
  expect(await unread([head('Content-Length: 0\r\n')])).toBe(false)
  expect(await unread([head('Content-Length: 5\r\n')])).toBe(true)
  expect(await unread([head('Transfer-Encoding: chunked\r\n')])).toBe(true)
})
