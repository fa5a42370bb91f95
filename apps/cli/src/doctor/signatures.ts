import { type Finding, found, good, skipped } from '@sluice/doctor'
import { providers } from '@sluice/providers'
import type { Settings } from '../lib/settings.ts'

const DEADLINE_MS = 3_000
const CHECK = 'Signatures'

/** Requests that ingest has refused because of their signature, since it started; nothing if its address is not known. */
export async function checkSignatures({ ingestOpsUrl, ingestUrl }: Settings): Promise<Finding[]> {
  const url = ingestOpsUrl ?? ingestUrl
  if (!url) return []
  const metrics = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(DEADLINE_MS) })
    .then((response) => (response.ok ? response.text() : null))
    .catch(() => null)
  if (metrics === null) return [skipped(CHECK, `not checked: ${url}/metrics does not answer`)]
  const findings = providers.flatMap(({ name }) => judge(name, (outcome) => countOf(metrics, name, outcome)))
  return findings.length > 0 ? findings : [good(CHECK, 'none refused since ingest started')]
}

function judge(provider: string, count: (outcome: string) => number): Finding[] {
  const [bad, old] = [count('bad_signature'), count('too_old')]
  const accepted = count('accepted') + count('duplicate')
  if (bad + old === 0) return []
  const says = `${provider}: ${bad} wrong and ${old} too old, ${accepted} accepted, since ingest started`
  if (bad + old <= accepted) return [good(CHECK, says)] // others post to public addresses too
  return [found(CHECK, `${says}. Is the secret that of this endpoint, and is the clock right?`)]
}

function countOf(metrics: string, provider: string, outcome: string): number {
  const labels = `provider="${provider}",outcome="${outcome}"`
  return Number(new RegExp(`^webhook_requests_total\\{${labels}\\} (\\d+)`, 'm').exec(metrics)?.[1] ?? 0)
}
