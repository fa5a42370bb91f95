import type { ImportList, ImportPage } from '@sluice/providers/stripe/api'
import { bar } from '../progress.ts'
import type { ImportAccount, OpenedImport } from './open.ts'

export interface Estimate {
  reached(account: ImportAccount, list: ImportList, page: Pick<ImportPage, 'reached' | 'listed' | 'cursor'>): void
  done(account: ImportAccount, list: ImportList): void
  finish(): void
}

/**
 * A progress bar on stderr with the time that is left, only if stderr is a terminal. Stripe does not say how long a list
 * is, so the part that is read follows from how far back in time it went.
 */
export function createEstimate(
  { accounts, lists, since }: Pick<OpenedImport, 'accounts' | 'lists' | 'since'>,
  isWanted = process.stderr.isTTY === true,
): Estimate {
  const startedAt = Date.now()
  const fractions = new Map<string, number>()
  let objects = 0
  const keyOf = ({ account }: ImportAccount, { name }: ImportList) => `${account} ${name}`

  function draw(name: string): void {
    if (!isWanted) return
    const sum = [...fractions.values()].reduce((total, one) => total + one, 0)
    const fraction = Math.min(1, sum / (accounts.length * lists.length))
    const left = describeLeft(Date.now() - startedAt, fraction)
    const percent = `${Math.floor(fraction * 100)} %`
    process.stderr.write(`\r${bar(fraction)} ${percent}, ${objects} objects, ${name}${left}\u001b[K`)
  }

  return {
    reached(account, list, page) {
      objects += page.listed
      const fraction = fractionOf(page.reached, startedAt, since ?? account.created)
      fractions.set(keyOf(account, list), Math.max(fraction, fractions.get(keyOf(account, list)) ?? 0))
      draw(list.name)
    },
    done(account, list) {
      fractions.set(keyOf(account, list), 1)
      draw(list.name)
    },
    finish() {
      if (isWanted) process.stderr.write('\n')
    },
  }
}

/** Lists go back in time from now to `oldest`. */
export function fractionOf(reached: Date | null, now: number, oldest: Date | null): number {
  if (reached === null || oldest === null || oldest.getTime() >= now) return 0
  return Math.min(1, Math.max(0, (now - reached.getTime()) / (now - oldest.getTime())))
}

/** Empty until there is something to go by. */
export function describeLeft(elapsedMs: number, fraction: number): string {
  if (elapsedMs < 5_000 || fraction < 0.01) return ''
  const minutes = Math.ceil(((elapsedMs / fraction) * (1 - fraction)) / 60_000)
  return minutes <= 1 ? ', about a minute left' : `, about ${minutes} minutes left`
}
