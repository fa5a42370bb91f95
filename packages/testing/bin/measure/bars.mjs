// The least coverage that `pnpm coverage` accepts.
import { isPure } from './unit.mjs'

const under = (folder) => (source) => source.startsWith(folder)

/**
 * - `unit`: what unit tests alone reach of the sources that touch nothing outside (both defined in `unit.mjs`). The
 *   others are nothing but their dealings with a store, a server or a process: a test without one would need a mock.
 * - `integration`: what all tests and the processes that they spawn reach of all sources.
 * - The rest decides about money: whether an event is genuine, is kept, what it means, and what it changes.
 *
 * Percent. `over` must be exceeded, `atLeast` may be met.
 */
export const BARS = [
  { scope: 'unit', counts: 'unit', covers: isPure, over: { lines: 90 } },
  { scope: 'integration', counts: 'all', covers: () => true, over: { lines: 80 } },
  ...Object.entries({
    providers: 'packages/providers/src/',
    ingest: 'apps/ingest/src/',
    handlers: 'packages/handlers/src/',
    merges: 'packages/database/src/merges/',
  }).map(([scope, folder]) => ({
    scope,
    counts: 'all',
    covers: under(folder),
    atLeast: { lines: 95, branches: 95 },
  })),
]
