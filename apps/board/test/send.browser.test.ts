import { expect, test } from '@jest/globals'
import { SECRETS, type Stack, withStack } from '@sluice/testing'
import { overflowOf, reportsOf, signIn, violations } from './signed-in.ts'
import { basic } from './with-board.ts'
import { keepPicture, withPage } from './with-page.ts'

/** Written by a person: no handler has this type. */
const MINE =
  '{"id":"evt_mine", "object":"event","type":"mine.made","created":1767603600,"livemode":false,"data":{"object":{}}}'

const LOGIN = { user: 'admin', password: 'a password of the tests' }

interface Result {
  sent: { id: string; status: number; outcome: string }[]
  count: number
  recorded: number
  duplicates: number
  refused: number
  curl: string | null
  command: string | null
}

/** A stack with a board that can send. */
const withSending = (workers: number, use: (stack: Stack, board: string) => Promise<void>): Promise<void> =>
  withStack({ workers }, async (stack) => {
    const env = {
      INGEST_URL: `${stack.ingests[0]?.url}/`,
      HOST_DATABASE_URL: stack.postgres.roleUrl('sluice_host'),
    }
    const board = await stack.start('board', { env })
    await use(stack, board.url)
  })

const ask = async (board: string, path: string, body?: object) => {
  const answer = await fetch(`${board}/api${path}`, {
    headers: { Authorization: basic(LOGIN.user, LOGIN.password), 'Content-Type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test('an event is signed and sent as asked and answered as ingest says, and production has nothing of it', () =>
  withSending(0, async (stack, board) => {
    const send = async (request: object) => {
      const { status, body } = await ask(board, '/send', { provider: 'stripe', type: 'invoice.paid', ...request })
      expect(status).toBe(200)
      return body as unknown as Result
    }
    const outcomes = ({ sent }: Result) => sent.map(({ status, outcome }) => [status, outcome])

    const twice = await send({ id: 'evt_twice', isDuplicate: true })
    expect(outcomes(twice)).toEqual([
      [200, 'received'],
      [200, 'duplicate'],
    ])
    expect(twice.command).toBe('for n in 1 2; do npx sluice send stripe invoice.paid --id evt_twice; done')
    expect(outcomes(await send({ isForged: true }))).toEqual([[400, 'invalid_signature']])
    const late = await send({ isLate: true })
    expect([outcomes(late), late.command]).toEqual([[[400, 'invalid_signature']], null])
    expect(outcomes(await send({ body: '{"id":"evt_bad",' }))).toEqual([[400, expect.stringMatching(/^invalid_/)]])

    const thin = await send({ isThin: true, customer: 'cus_mine', id: 'evt_thin' })
    expect(outcomes(thin)).toEqual([[200, 'received']])
    const old = await send({ customer: 'cus_mine', apiVersion: '2020-08-27', id: 'evt_old' })
    expect(outcomes(old)).toEqual([[200, 'received']])
    expect(old.curl).toContain('cus_mine')
    expect(old.command).toMatch(/^printf %s '.+' \| npx sluice send stripe invoice.paid --file \/dev\/stdin$/s)
    const written = await send({ body: MINE })
    expect(written.sent).toMatchObject([{ id: 'evt_mine', status: 200 }])
    expect(await stack.query('SELECT event_id, type, customer_id, api_version FROM webhook_events ORDER BY 1')).toEqual(
      [
        { event_id: 'evt_mine', type: 'mine.made', customer_id: null, api_version: null },
        { event_id: 'evt_old', type: 'invoice.paid', customer_id: 'cus_mine', api_version: '2020-08-27' },
        { event_id: 'evt_thin', type: 'v1.invoice.paid', customer_id: null, api_version: null },
        {
          event_id: 'evt_twice',
          type: 'invoice.paid',
          customer_id: expect.any(String),
          api_version: expect.any(String),
        },
      ],
    )
    expect(await stack.query(`SELECT email FROM users WHERE stripe_customer_id = 'cus_mine'`)).toEqual([
      { email: null },
    ])

    const lives = { events: 12, seed: 'mine', duplicates: 1, isShuffled: true }
    expect((await ask(board, '/send/lifecycles', lives)).body).toMatchObject({
      ...{ count: 24, recorded: 12, duplicates: 12, refused: 0, curl: null },
      command: 'npx sluice seed --events 12 --seed mine --duplicates 1 --shuffle',
    })
    const { body: sample } = await ask(board, '/send/sample?provider=replicate&type=prediction.failed&id=msg_1')
    expect(JSON.parse(String(sample['body']))).toMatchObject({ status: 'failed' })
    for (const wrong of [{ provider: 'none' }, { type: 'a b' }, { customer: 'x' }, { apiVersion: '1' }]) {
      const answer = await ask(board, '/send', { provider: 'stripe', type: 'invoice.paid', ...wrong })
      expect(answer).toMatchObject({ status: 400, body: { parameter: Object.keys(wrong)[0] } })
    }

    const nowhere = await stack.start('board', { env: { INGEST_URL: 'http://127.0.0.1:1', STRIPE_WEBHOOK_SECRET: '' } })
    expect(await ask(nowhere.url, '/send', { provider: 'stripe', type: 'invoice.paid' })).toMatchObject({
      ...{ status: 409, body: { error: 'no_secret' } },
    })
    expect(await ask(nowhere.url, '/send', { provider: 'replicate', type: 'prediction.failed' })).toMatchObject({
      ...{ status: 502, body: { error: 'ingest_unreachable' } },
    })
    await nowhere.kill()
    const production = await stack.start('board', { env: { NODE_ENV: 'production' } })
    expect((await ask(production.url, '/session')).body).toMatchObject({ maySend: false })
    for (const [path, request] of [['/send'], ['/send/sample'], ['/send', {}], ['/send/lifecycles', lives]] as const)
      expect([path, (await ask(production.url, path, request)).status]).toEqual([path, 404])
    const secrets = Object.values(SECRETS)
    const answers = JSON.stringify([twice, old, await ask(board, '/send')])
    expect(secrets.filter((secret) => answers.includes(secret))).toEqual([])
  }))

test('by keys alone, on a phone and in both themes, a person sends a sample and sees it processed', () =>
  withSending(1, (stack, board) =>
    withPage(async (page) => {
      await signIn(page, board, LOGIN)
      const press = async (...keys: string[]) => {
        for (const key of keys) await page.keyboard.press(key)
      }
      const looksRight = async (name: string) => {
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 900 })
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            await keepPicture(page, `${name}-${width}-${colorScheme}`)
            const found = await violations(page, colorScheme === 'dark' ? ['color-contrast'] : undefined)
            expect([name, width, colorScheme, found]).toEqual([name, width, colorScheme, []])
          }
          expect([name, width, await overflowOf(page)]).toEqual([name, width, 0])
        }
      }
      await press('/')
      await page.getByRole('dialog').getByRole('combobox').waitFor()
      await page.keyboard.type('send')
      await page.getByRole('option', { name: /Send/ }).waitFor()
      await press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Send' }).waitFor()
      await looksRight('send')

      await page.getByLabel('Type').focus()
      await page.keyboard.type('customer.subscription.cr')
      await press('Tab')
      await page.keyboard.type('evt_keys')
      await press('Enter')
      const fate = page.getByRole('region', { name: 'What became of it' })
      await fate.getByText('processed').waitFor()
      expect(await stack.query('SELECT event_id, type, status FROM webhook_events')).toEqual([
        { event_id: 'evt_keys', type: 'customer.subscription.created', status: 'processed' },
      ])
      await looksRight('send-processed')

      await page.getByRole('button', { name: 'Fill in the sample' }).focus()
      await press('Enter')
      await page.getByText(/Valid JSON, .+ bytes/).waitFor()
      await page.getByLabel('Body').fill('{\n  "id": 1,\n}')
      await page.getByText(/No valid JSON: .+line 3/).waitFor()
      await page.getByRole('button', { name: 'Send', exact: true }).focus()
      await press('Enter')
      await fate.getByText('1 refused').waitFor()
      await looksRight('send-refused')

      await stack.ingests[0]?.kill()
      await press('Enter')
      await page.getByRole('alert').getByText('Ingest does not answer').waitFor()
      await looksRight('send-failing')
      expect(await reportsOf(page)).toEqual([])
    }),
  ))
