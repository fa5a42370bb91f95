import { expect, test } from '@jest/globals'
import { verifyActions } from '@sluice/database/actions'
import { hashPassword } from '@sluice/runtime/password'
import { REVEALING } from '../src/api/reveal.ts'
import type { RevealedBody } from '../src/api/schemas/reveal.ts'
import { createPeople } from '../src/sign-in/people.ts'
import { basic, CREDENTIALS, type TestConsole, withConsole } from './with-board.ts'

const WORD = 'Canaria'

const ROWS = `
  INSERT INTO customers (stripe_customer_id, email) VALUES ('cus_1', '${WORD}@c.example');
  INSERT INTO users (id, email) VALUES ('user_1', '${WORD}@u.example');
  INSERT INTO notifications (effect_key, kind, recipient, subject) VALUES ('receipt:in_1', 'receipt', '${WORD}@n.example', 'x');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, headers, raw_body) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'k', '{"user-agent":"${WORD}"}', convert_to('{"n":1.10,"name":"${WORD}"}', 'UTF8')),
    ('stripe', 'evt_2', 'invoice.paid', 'k', '{}', convert_to('{"other":"${WORD}"}', 'UTF8'))`

/** As a worker renders it. */
const RENDERED = `INSERT INTO rendered_emails (action_id, effect_key, subject, text, html)
  SELECT id, filter ->> 'email', 'x', '${WORD} in text', '<p>${WORD} in HTML</p>' FROM operator_actions
  WHERE filter ? 'email' ON CONFLICT DO NOTHING`

/** Each route with a row, what to ask for, and a text of the answer. */
const CASES: Record<string, [path: string, filter: Record<string, string>, text: string]> = {
  '/events/:provider/:id/body': ['/events/stripe/evt_1/body', { provider: 'stripe', event: 'evt_1' }, '1.10'],
  '/customers/:id/address': ['/customers/cus_1/address', { customer: 'cus_1' }, `${WORD}@c.example`],
  '/users/:id/address': ['/users/user_1/address', { user: 'user_1' }, `${WORD}@u.example`],
  '/emails/:key/address': ['/emails/receipt%3Ain_1/address', { email: 'receipt:in_1' }, `${WORD}@n.example`],
  '/emails/:key/rendering': ['/emails/receipt%3Ain_2/rendering', { email: 'receipt:in_2' }, `${WORD} in text`],
  '/emails/:key/rendering.html': ['/emails/receipt%3Ain_3/rendering.html', { email: 'receipt:in_3' }, 'in HTML'],
}

const reveal = (board: TestConsole, filter: Record<string, string>, headers: Record<string, string> = {}) =>
  board.fetch('/api/actions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ kind: 'reveal', filter, reason: 'a customer asked us' }),
  })

const statusOf = async (board: TestConsole, path: string, headers: Record<string, string> = {}) =>
  (await board.fetch(`/api${path}`, { headers })).status

const asBo = { Authorization: basic('bo', 'the password of bo') }
const asVera = { Authorization: basic('vera', 'the password of vera') }

test('hidden columns of one row are answered after a reveal alone, to that person, for ten minutes', async () => {
  expect(Object.keys(CASES).sort()).toEqual(REVEALING.map(({ path }) => path).sort())
  const people = createPeople(CREDENTIALS, [
    { user: 'bo', role: 'admin', hash: await hashPassword('the password of bo') },
    { user: 'vera', role: 'viewer', hash: await hashPassword('the password of vera') },
  ])
  await withConsole(
    async (board) => {
      await board.database.query(ROWS)
      for (const [path, filter, text] of Object.values(CASES)) {
        const before = await board.fetch(`/api${path}`)
        expect([path, before.status, await before.json()]).toEqual([path, 403, { error: 'not_revealed' }])
        expect((await reveal(board, filter, asVera)).status).toBe(403)
        expect((await reveal(board, filter)).status).toBe(202)
        await board.database.query(RENDERED)

        const answer = await board.fetch(`/api${path}`)
        const body = await answer.text()
        expect([path, answer.status, body.includes(WORD), body.includes(text)]).toEqual([path, 200, true, true])
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        expect([await statusOf(board, path, asBo), await statusOf(board, path, asVera)]).toEqual([403, 403])
      }
      expect(await statusOf(board, '/events/stripe/evt_2/body')).toBe(403)
      expect(
        (await board.database.query('SELECT actor, kind, filter, reason FROM operator_actions ORDER BY id')).rows,
      ).toEqual(
        Object.values(CASES).map(([, filter]) => ({
          ...{ actor: 'operator', kind: 'reveal' },
          filter,
          reason: 'a customer asked us',
        })),
      )
      expect(await verifyActions(board.database)).toEqual([])

      // Revealed data is in no other answer.
      for (const path of [
        '/events',
        '/events/stripe/evt_1',
        '/actions',
        '/actions/1',
        '/customers/cus_1',
        '/find?q=cus_1',
        '/emails/receipt%3Ain_1',
        '/emails',
      ])
        expect([path, (await (await board.fetch(`/api${path}`)).text()).includes(WORD)]).toEqual([path, false])

      await board.database.query(
        `ALTER TABLE operator_actions DISABLE TRIGGER USER; UPDATE operator_actions SET at = at - interval '10 minutes'`,
      )
      for (const [path] of Object.values(CASES)) expect([path, await statusOf(board, path)]).toEqual([path, 403])
    },
    { people },
  )
})

test('a body is shown as it came, its first part if it is long, and downloaded as exact bytes that no browser opens', () =>
  withConsole(async (board) => {
    await board.database.query(ROWS)
    const long = `{"text":"${'é'.repeat(200_000)}"}`
    const bodies: [body: Buffer | null, text: string | null, isCut: boolean][] = [
      [Buffer.from('\ufeff{"a":12345678901234567890.10}'), '\ufeff{"a":12345678901234567890.10}', false],
      [Buffer.from(long), expect.stringMatching(/^\{"text":"é{131000,131068}$/) as never, true],
      [Buffer.from([0xff, 0xfe, 0x00]), null, false],
      [null, null, false],
    ]
    await reveal(board, { provider: 'stripe', event: 'evt_1' })
    for (const [body, text, isCut] of bodies) {
      await board.database.query(`UPDATE webhook_events SET raw_body = $1 WHERE event_id = 'evt_1'`, [body])
      expect(await board.read<RevealedBody>('/events/stripe/evt_1/body')).toMatchObject({
        ...{ text, isCut, bytes: body?.length ?? null },
        headers: { 'user-agent': WORD },
      })
      const file = await board.fetch('/api/events/stripe/evt_1/body?download=1')
      expect(file.status).toBe(body ? 200 : 404)
      if (!body) continue
      expect(Buffer.from(await file.arrayBuffer()).equals(body)).toBe(true)
      expect([file.headers.get('Content-Type'), file.headers.get('Content-Disposition')]).toEqual([
        'application/octet-stream',
        'attachment; filename=evt_1.txt',
      ])
      expect(file.headers.get('X-Content-Type-Options')).toBe('nosniff')
    }
  }))
