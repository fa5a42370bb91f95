import type { PoolClient } from 'pg'
import type { ForgottenFilter } from '../forget/filter.ts'
import { reduceForgotten } from '../forget/reduce.ts'
import type { Decided } from './decide.ts'
import { inStage } from './locks/stages.ts'

const NOBODY: ReadonlySet<string> = new Set()

/**
 * Reduces the events of forgotten persons. Costs nothing while nobody was forgotten.
 *
 * @param newest the greatest id of `forgotten_keys`, read by this transaction before
 * @returns the events whose bodies must not be kept, by the ids of their rows
 */
export async function reduce(
  client: PoolClient,
  decided: Decided[],
  filter: ForgottenFilter,
  newest: string | null,
): Promise<ReadonlySet<string>> {
  if (newest === null || decided.length === 0) return NOBODY
  return inStage('forgotten', decided, () => reduceForgotten(client, decided, filter, newest))
}
