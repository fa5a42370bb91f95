import { expect, test } from '@jest/globals'
import { ROUTES } from '../src/api/index.ts'
import { createPeople } from '../src/sign-in/people.ts'
import { RECONCILE_ROWS } from './console-rows.ts'
import { PERSON_ROWS } from './person-rows.ts'
import { AUTHORIZATION, CREDENTIALS, withConsole } from './with-board.ts'

const WORD = 'Canaria'

/** Columns that the board's role reads, with words of a person, which no answer may have. */
const READABLE = ['payment_methods.brand', 'customers.preferred_locales', 'checkout_sessions.locale']

/** Routes that operators may read, and viewers may not. */
const FOR_OPERATORS = [
  ['notifications', 'subject'],
  ['generation_jobs', 'error'],
  ['dead_letter_groups', 'note'],
  ['operator_actions', 'reason'],
]

const OPERATORS = `
  INSERT INTO dead_letter_groups (fingerprint, note) VALUES ('aaaa', 'x');
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
    VALUES ('stripe', 'evt_1', 'invoice.paid', 'handler_threw: x', 'aaaa', 8);
  INSERT INTO operator_actions (actor, role, kind, filter, reason)
    VALUES ('ada', 'operator', 'resolve', '{"fingerprint":"aaaa","note":"x"}', 'x');
  INSERT INTO operator_actions (actor, role, kind, filter, reason)
    VALUES ('ada', 'operator', 'reveal', '{"customer":"cus_1"}', 'x');
  ${RECONCILE_ROWS}`

/** Every route with something to answer. */
const PATHS: Record<string, string> = {
  '/events': '/events',
  '/events/:provider/:id': '/events/stripe/evt_1',
  '/find': '/find?q=cus_1',
  '/dead-letters': '/dead-letters',
  '/dead-letters/:fingerprint': '/dead-letters/aaaa',
  '/users/:id': '/users/user_1',
  '/customers/:id': '/customers/cus_1',
  '/users/:id/history': '/users/user_1/history',
  '/customers/:id/history': '/customers/cus_1/history',
  '/generations': '/generations',
  '/actions/:id': '/actions/1',
  '/emails': '/emails?customer=cus_1',
  '/emails/:key': '/emails/receipt%3Ain_1',
  '/generations/:prediction': '/generations/pred1',
  '/overview': '/overview',
  '/ledger': '/ledger',
  '/payments/:id': '/payments/in_1',
  '/deliveries': '/deliveries',
  '/refusals': '/refusals',
  '/reconcile': '/reconcile',
  '/reconcile/:id': '/reconcile/1',
  '/actions': '/actions',
  '/actions/chain': '/actions/chain',
}

const MORE = [
  '/find?q=Canaria@example.com',
  '/find?q=Canaria',
  '/events?q=evt_1',
  '/events/replicate/msg_1',
  '/session',
  '/health',
]

/** Columns that the board may not read, by the rights of its role. */
const HIDDEN = `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name <> '_prisma_migrations'
    AND NOT has_column_privilege('sluice_board', quote_ident(table_name), column_name, 'SELECT')`

const valueFor = (type: string): string => {
  if (type === 'bytea') return `convert_to('{"name":"${WORD}"}', 'UTF8')`
  return type === 'jsonb' ? `'{"name":"${WORD}"}'` : `'${WORD}@example.com'`
}

test("a person's words are in no answer of any route, and a viewer reads no subject and no reason of a failed prediction either", async () => {
  expect(Object.keys(PATHS).sort()).toEqual(ROUTES.map(({ path }) => path).sort())
  const single = createPeople(CREDENTIALS)
  const viewers = { ...single, recall: (given: typeof CREDENTIALS) => asViewer(single.recall(given)) }
  for (const people of [single, viewers])
    await withConsole(
      async (board) => {
        await board.database.query(PERSON_ROWS)
        await board.database.query(OPERATORS)
        const { rows } = await board.database.query(HIDDEN)
        expect(rows.length).toBeGreaterThan(30)
        const columns = [...rows, ...READABLE.map((name) => ({ name, type: 'text' }))]
        for (const { name, type } of columns) {
          const [table, column] = name.split('.')
          await board.database.query(`UPDATE ${table} SET ${column} = ${valueFor(type)}`)
        }
        if (people === viewers)
          for (const [table, column] of FOR_OPERATORS)
            await board.database.query(`UPDATE ${table} SET ${column} = '${WORD} has paid'`)

        for (const path of [...Object.values(PATHS), ...MORE]) {
          const answer = await fetch(`${board.url}/api${path}`, { headers: { Authorization: AUTHORIZATION } })
          const text = await answer.text()
          expect([path, answer.status]).toEqual([path, 200])
          expect([path, text.includes(WORD), text.includes(Buffer.from(WORD).toString('base64'))]).toEqual([
            path,
            false,
            false,
          ])
        }
        expect(JSON.stringify(board.logged('Board write'))).not.toContain(WORD)
      },
      { people },
    )
})

const asViewer = (person: ReturnType<ReturnType<typeof createPeople>['recall']>) =>
  person && { ...person, role: 'viewer' as const }
