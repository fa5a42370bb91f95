import { providers } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import { type Answer, eventually, SECRETS, type Stack } from '@sluice/testing'

/** Signs an event as its provider does and posts it to one of the ingests. */
export async function send(stack: Pick<Stack, 'ingests'>, event: SentEvent, ingest = 0): Promise<Answer> {
  const provider = providers.find(({ name }) => name === event.provider)
  if (!provider) throw new Error(`no provider is named ${event.provider}`)
  const headers = provider.sign(event.body, SECRETS[event.provider], { id: event.id })
  const target = stack.ingests[ingest % stack.ingests.length]
  const response = await fetch(`${target?.url}/webhooks/${event.provider}`, {
    method: 'POST',
    body: event.body,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(20_000),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** Posts all events, `atOnce` at a time and spread over the ingests. Returns the answers in their order. */
export const sendAll = (stack: Pick<Stack, 'ingests'>, events: SentEvent[], atOnce = 24): Promise<Answer[]> =>
  eachAtOnce(events, atOnce, (event, index) => send(stack, event, index))

/** Runs `work` for each item, `atOnce` at a time. Returns the results in the order of the items. */
export async function eachAtOnce<T, R>(items: T[], atOnce: number, work: (item: T, index: number) => Promise<R>) {
  const results: R[] = []
  const left = items.entries()
  const lane = async () => {
    for (const [index, item] of left) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

/** The number of events in the inbox by status. */
export async function statuses(stack: Pick<Stack, 'query'>): Promise<Record<string, number>> {
  const rows = await stack.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM webhook_events GROUP BY status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** An effect that was interrupted by an outage or a crash is taken over within this time. */
const EFFECTS_MS = 60_000

/** Waits until every event is handled, at most `timeoutMs`. Returns the number of events by status. */
export const allHandled = (stack: Pick<Stack, 'query'>, events: number, timeoutMs = 60_000) =>
  eventually(async () => {
    const now = await statuses(stack)
    const count = Object.values(now).reduce((sum, one) => sum + one, 0)
    if (now['received'] || count < events) throw new Error(`not all handled: ${JSON.stringify(now)}`)
    return now
  }, timeoutMs)

/** Some e-mails wait up to ten seconds for other events of the same moment. */
const WAIT_SECONDS_MAX = 15

/** Waits until every event is handled and every effect that is due soon is done. */
export async function allDone(stack: Pick<Stack, 'query'>, events: number, timeoutMs = 60_000) {
  const now = await allHandled(stack, events, timeoutMs)
  await eventually(async () => {
    const pending = await stack.query(
      `SELECT effect_key, error FROM outbox_messages
        WHERE status = 'pending' AND available_at <= now() + make_interval(secs => ${WAIT_SECONDS_MAX})`,
    )
    if (pending.length > 0) throw new Error(`effects are pending: ${JSON.stringify(pending)}`)
  }, EFFECTS_MS)
  return now
}

/** Ledger entries that do not balance: there must be none, whatever was sent. */
export async function unbalancedEntries(stack: Pick<Stack, 'query'>): Promise<unknown[]> {
  return stack.query(
    `SELECT entry_key, currency FROM ledger_entries GROUP BY 1, 2
      HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0`,
  )
}

/** Inserts the rows of the host application: its users and its generation jobs. */
export async function addHostRows(
  stack: Pick<Stack, 'query'>,
  {
    users,
    generationJobs,
  }: { users: { id: string; email: string }[]; generationJobs: { id: string; userId: string; predictionId: string }[] },
): Promise<void> {
  await stack.query('INSERT INTO users (id, email) SELECT * FROM unnest($1::text[], $2::text[])', [
    users.map(({ id }) => id),
    users.map(({ email }) => email),
  ])
  await stack.query(
    'INSERT INTO generation_jobs (id, user_id, prediction_id) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])',
    [
      generationJobs.map(({ id }) => id),
      generationJobs.map(({ userId }) => userId),
      generationJobs.map(({ predictionId }) => predictionId),
    ],
  )
}
