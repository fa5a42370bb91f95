import { providers } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import { type Answer, eventually, SECRETS, type Stack } from '@sluice/testing'

/** Signs an event as its provider does and posts it, to any of the ingests. */
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

/** Posts all, some at a time, spread over the ingests, and returns the answers in their order. */
export const sendAll = (stack: Pick<Stack, 'ingests'>, events: SentEvent[], atOnce = 24): Promise<Answer[]> =>
  eachAtOnce(events, atOnce, (event, index) => send(stack, event, index))

/** Does `work` for each item, so many at once, and returns the results in the items' order. */
export async function eachAtOnce<T, R>(items: T[], atOnce: number, work: (item: T, index: number) => Promise<R>) {
  const results: R[] = []
  const left = items.entries()
  const lane = async () => {
    for (const [index, item] of left) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

/** How many events of the inbox stand in each status. */
export async function statuses(stack: Pick<Stack, 'query'>): Promise<Record<string, number>> {
  const rows = await stack.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int AS count FROM webhook_events GROUP BY status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** An effect that was being done when its store or worker went away is taken over within this. */
const EFFECTS_MS = 30_000

/** Waits until no event is still to be processed, at most `timeoutMs`. */
export const allHandled = (stack: Pick<Stack, 'query'>, events: number, timeoutMs = 30_000) =>
  eventually(async () => {
    const now = await statuses(stack)
    const count = Object.values(now).reduce((sum, one) => sum + one, 0)
    if (now['received'] || count < events) throw new Error(`not all handled: ${JSON.stringify(now)}`)
    return now
  }, timeoutMs)

/** The same, and then until all effects are done whose time has come. */
export async function allDone(stack: Pick<Stack, 'query'>, events: number, timeoutMs = 30_000) {
  const now = await allHandled(stack, events, timeoutMs)
  await eventually(async () => {
    const pending = await stack.query(
      `SELECT effect_key, error FROM outbox_messages WHERE status = 'pending' AND available_at <= now()`,
    )
    if (pending.length > 0) throw new Error(`effects are pending: ${JSON.stringify(pending)}`)
  }, EFFECTS_MS)
  return now
}

/** What must hold of money whatever was sent: one row a payment, and books that balance. */
export async function unbalancedEntries(stack: Pick<Stack, 'query'>): Promise<unknown[]> {
  return stack.query(
    `SELECT entry_key, currency FROM ledger_entries GROUP BY 1, 2
      HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 OR count(*) <> 2`,
  )
}

/** Inserts what the host application would have: its users and its started generations. */
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
