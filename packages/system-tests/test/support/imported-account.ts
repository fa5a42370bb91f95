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

/** The number of times that a user loses access after a moment. */
export function lossesAfter(user: AccountUser, moment: Date): number {
  const later = accessOf(user).filter(({ at }) => at > moment)
  let had = hasAccessAt(user, moment)
  let losses = 0
  for (const { hasAccess } of later) {
    if (had && !hasAccess) losses += 1
    had = hasAccess
  }
  return losses
}

/** The host's users as they were before: of two with access, one has the role already. */
export async function insertUsers(stack: Pick<Stack, 'query'>, history: AccountHistory, moment: Date): Promise<void> {
  for (const page of pages(history.users(), 1_000)) {
    const roles = page.map((user, index) => (index % 2 === 0 && hasAccessAt(user, moment) ? 'PREMIUM' : 'FREE'))
    await stack.query(
      'INSERT INTO users (id, email, role) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]::text[])',
      [page.map(({ id }) => id), page.map(({ email }) => email), roles],
    )
  }
}

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
      BEGIN INSERT INTO public.role_changes VALUES (NEW.id, OLD.role, NEW.role); RETURN NULL; END $$;
    CREATE TRIGGER watch_role AFTER UPDATE ON users FOR EACH ROW WHEN (NEW.role <> OLD.role)
      EXECUTE FUNCTION watch_role()`)

/** Users who lost PREMIUM more often than their subscriptions ended. */
export async function wronglyDemoted(stack: Pick<Stack, 'query'>, history: AccountHistory, moment: Date) {
  const rows = await stack.query<{ user_id: string; losses: number }>(
    `SELECT user_id, count(*)::int AS losses FROM role_changes WHERE was = 'PREMIUM' GROUP BY 1`,
  )
  const losses = new Map(rows.map((row) => [row.user_id, row.losses]))
  return [...history.users()]
    .filter((user) => (losses.get(user.id) ?? 0) > lossesAfter(user, moment))
    .map(({ id }) => id)
}

/** The import as an operator starts it. */
export const startImport = (stack: Pick<Stack, 'env' | 'directory'>, ...args: string[]): TestProcess =>
  startProcess(entryOf('cli'), ['import', 'stripe', ...args], { env: stack.env, cwd: stack.directory })

/** The most memory that a running process has had, in MiB; 0 when it is gone. */
export function mostMemoryOf({ pid }: TestProcess): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kib ?? 0) / 1024)
  } catch {
    return 0
  }
}

export const eventsOf = (changes: AccountChange[]) => changes.map(({ event }) => event)
