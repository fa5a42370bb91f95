import { readFileSync } from 'node:fs'
import type { AccountChange, AccountHistory, AccountUser } from '@sluice/simulator'
import { entryOf, type Stack, startProcess, type TestProcess } from '@sluice/testing'

const GIVES_ACCESS = ['trialing', 'active', 'past_due']

/** Whether a user has access after each of its changes, with the time of the change. */
export function accessOf({ changes }: Pick<AccountUser, 'changes'>): { at: Date; hasAccess: boolean }[] {
  const statuses = new Map<string, string>()
  return changes.map(({ event, objects }) => {
    for (const one of objects) if (one.object === 'subscription') statuses.set(one.id, `${one['status']}`)
    return { at: event.at, hasAccess: [...statuses.values()].some((status) => GIVES_ACCESS.includes(status)) }
  })
}

export const hasAccessAt = (user: AccountUser, moment: Date): boolean =>
  accessOf(user).findLast(({ at }) => at <= moment)?.hasAccess ?? false

/** How often a user gets access and loses it after a moment. */
export function turnsAfter(user: AccountUser, moment: Date): { gains: number; losses: number } {
  const later = accessOf(user).filter(({ at }) => at > moment)
  const turns = { gains: 0, losses: 0 }
  let had = hasAccessAt(user, moment)
  for (const { hasAccess } of later) {
    if (had !== hasAccess) turns[hasAccess ? 'gains' : 'losses'] += 1
    had = hasAccess
  }
  return turns
}

/** The host's users as they were before: of two with access, one has the role already. */
export async function insertUsers(stack: Pick<Stack, 'query'>, history: AccountHistory, moment: Date): Promise<void> {
  for (const page of pages(history.users(), 1_000)) {
    await stack.query(
      'INSERT INTO users (id, email, role) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]::text[])',
      [
        page.map(({ id }) => id),
        page.map(({ email }) => email),
        page.map((user) => (isPremiumBefore(user, moment) ? 'PREMIUM' : 'FREE')),
      ],
    )
  }
}

const isPremiumBefore = (user: AccountUser, moment: Date): boolean =>
  /[0-9a-m]$/i.test(user.id) && hasAccessAt(user, moment)

export function* pages<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let page: T[] = []
  for (const item of items) {
    page.push(item)
    if (page.length < size) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

/** Records every change of a role, in the transaction that makes it. */
export const watchRoles = (stack: Pick<Stack, 'query'>) =>
  stack.query(`
    CREATE TABLE role_changes (user_id text, was text, is_now text);
    CREATE FUNCTION watch_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN INSERT INTO sluice.role_changes VALUES (NEW.id, OLD.role, NEW.role); RETURN NULL; END $$;
    CREATE TRIGGER watch_role AFTER UPDATE ON users FOR EACH ROW WHEN (NEW.role <> OLD.role)
      EXECUTE FUNCTION watch_role()`)

/**
 * Users who lost PREMIUM more often than they lost access at Stripe, or got it more often. The import gives it once to a
 * user who has access and did not have the role.
 */
export async function usersWithWrongRole(stack: Pick<Stack, 'query'>, history: AccountHistory, moment: Date) {
  const rows = await stack.query<{ user_id: string; losses: number; gains: number }>(
    `SELECT user_id, count(*) FILTER (WHERE was = 'PREMIUM')::int AS losses,
        count(*) FILTER (WHERE is_now = 'PREMIUM')::int AS gains FROM role_changes GROUP BY 1`,
  )
  const turns = new Map(rows.map((row) => [row.user_id, row]))
  return [...history.users()].flatMap((user) => {
    const { losses = 0, gains = 0 } = turns.get(user.id) ?? {}
    const right = turnsAfter(user, moment)
    const isGiven = hasAccessAt(user, moment) && !isPremiumBefore(user, moment)
    return losses > right.losses || gains > right.gains + Number(isGiven) ? [{ id: user.id, losses, gains, right }] : []
  })
}

/** The import as an operator starts it. */
export const startImport = (stack: Pick<Stack, 'env' | 'directory'>, ...args: string[]): TestProcess =>
  startProcess(entryOf('cli'), ['import', 'stripe', ...args], { env: stack.env, cwd: stack.directory })

/** The memory of a running process, in MiB; 0 when it is gone. */
export function memoryOf({ pid }: TestProcess): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kib ?? 0) / 1024)
  } catch {
    return 0
  }
}

export const eventsOf = (changes: AccountChange[]) => changes.map(({ event }) => event)
