import { type Finding, failed, found, good, skipped, tryTo } from '@sluice/doctor'

const CHECK = 'Alerts'
const DEADLINE_MS = 5_000
const START = 'Is it running, and is --prometheus its address?'

interface Rule {
  name: string
  query: string
  health: string
  state: string
}

/** Whether alerts are loaded and reach an Alertmanager: https://prometheus.io/docs/prometheus/latest/querying/api/#rules */
export function checkAlerts(prometheus: string | undefined): Promise<Finding[]> {
  if (!prometheus) return Promise.resolve([skipped(CHECK, 'not checked: needs --prometheus http://…')])
  return tryTo(CHECK, START, async () => {
    const { groups } = await ask<{ groups: { rules: Rule[] }[] }>(prometheus, 'rules?type=alert')
    const { activeAlertmanagers } = await ask<{ activeAlertmanagers: unknown[] }>(prometheus, 'alertmanagers')
    const rules = groups.flatMap((group) => group.rules).filter(({ query }) => query.includes('webhook_'))
    return [judge(rules, activeAlertmanagers.length)]
  })
}

function judge(rules: Rule[], alertmanagers: number): Finding {
  const broken = namesOf(rules.filter(({ health }) => health === 'err'))
  const firing = namesOf(rules.filter(({ state }) => state === 'firing'))
  if (rules.length === 0)
    return failed(CHECK, 'Prometheus has no alert rules of Sluice: load docker/prometheus/alerts.yml.')
  if (broken) return failed(CHECK, `Prometheus cannot evaluate ${broken}: its Rules page says why.`)
  if (alertmanagers === 0) {
    return failed(CHECK, 'No Alertmanager, so alerts are not delivered: add yours to docker/prometheus/prometheus.yml.')
  }
  if (firing) return found(CHECK, `Firing: ${firing}. Each names its runbook in docker/README.md.`)
  return good(CHECK, `${rules.length} rules, and an Alertmanager that receives them`)
}

const namesOf = (rules: Rule[]): string => [...new Set(rules.map(({ name }) => name))].join(', ')

async function ask<T>(prometheus: string, path: string): Promise<T> {
  const address = new URL(`api/v1/${path}`, prometheus.replace(/\/*$/, '/'))
  const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) })
  return ((await response.json()) as { data: T }).data
}
