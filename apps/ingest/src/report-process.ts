import { createProcessReports } from '@sluice/database/processes'
import { providers } from '@sluice/providers'
import type { Settings } from './context.ts'

const EACH_MS = 30_000

export interface SignsOfLife {
  /** Notes that a secret of this provider has verified a request. */
  matched(provider: string): void
}

/** Reports now and then that this process lives, and which secrets it has, by their lengths alone. In an outage nothing is reported. */
export function reportProcess(
  pool: Parameters<typeof createProcessReports>[0],
  settings: Pick<Settings, 'secrets'>,
): SignsOfLife {
  const reports = createProcessReports(pool, 'ingest', () => null)
  const matchedAt = new Map<string, number>()

  const secrets = () =>
    providers.map(({ name, secretVariable }) => {
      const at = matchedAt.get(name)
      return {
        provider: name,
        variable: secretVariable,
        characters: (settings.secrets[name] ?? []).map(({ length }) => length),
        matchedAt: at === undefined ? null : new Date(at).toISOString(),
      }
    })

  const report = () => void reports.report({ secrets: secrets() }).catch(() => {})
  report()
  setInterval(report, EACH_MS).unref()
  return { matched: (provider) => matchedAt.set(provider, Date.now()) }
}
