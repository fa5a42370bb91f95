import { countStateRows, stateHash } from '@sluice/database/state-hash'
import { withOwnerPool } from './owner-pool.ts'
import { print } from './print.ts'
import { createProgress } from './progress.ts'

/** Prints the hash of the state alone, for scripts; with `json` also that of each table. */
export async function printStateHash(json = false): Promise<void> {
  const result = await withOwnerPool(async (pool) => {
    const progress = createProgress(await countStateRows(pool))
    const found = await stateHash(pool, progress.advance)
    progress.finish()
    return found
  })
  print(json ? JSON.stringify(result) : result.hash)
  if (result.unprocessed > 0 && !json) console.error(describeUnprocessed(result.unprocessed))
}

const describeUnprocessed = (count: number): string =>
  count === 1
    ? 'One event or changed user is not processed, so the hash is not final.'
    : `${count} events or changed users are not processed, so the hash is not final.`
