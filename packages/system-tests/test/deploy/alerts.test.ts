import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { DOCKER, textOf, yamlOf } from '../support/deploy/files.ts'
import { rules, strangersIn } from '../support/deploy/known-metrics.ts'
import { promtool } from '../support/deploy/promtool.ts'
import { commandsBelow } from '../support/deploy/runbooks.ts'

const FOLDER = join(DOCKER, 'prometheus')

test('every alert is raised by its fault and quiet without it, as promtool finds', () => {
  expect(promtool(['test', 'rules', 'alerts.test.yml'], FOLDER)).toContain('SUCCESS')
  const { tests } = yamlOf('docker/prometheus/alerts.test.yml')
  const tried: { alertname: string; exp_alerts: unknown[] }[] = tests.flatMap(
    ({ alert_rule_test = [] }: { alert_rule_test?: unknown[] }) => alert_rule_test,
  )
  for (const { alert } of rules.filter(({ alert }) => alert)) {
    const own = tried.filter(({ alertname }) => alertname === alert)
    expect([alert, own.some(({ exp_alerts }) => exp_alerts.length > 0)]).toEqual([alert, true])
    expect([alert, own.some(({ exp_alerts }) => exp_alerts.length === 0)]).toEqual([alert, true])
  }
})

test('there is an alert for everything that somebody must be told', () => {
  const wanted = {
    critical: [
      ...['WebhookProcessingFails', 'NoWorker', 'NoIngest', 'RedisDown', 'PostgresDown'],
      ...['EventsUnsettled', 'EventAgeUnknown', 'ForgedJobs'],
    ],
    warning: [
      ...['WebhookProcessingSlow', 'WebhookSignatureFailures', 'WebhookDuplicates', 'NoWebhooks', 'WebhookBacklog'],
      ...['DeadLetters', 'RedisMemory', 'EffectsUnfinished', 'LogLinesDropped', 'IngestOverloaded', 'ClockWrong'],
    ],
    info: ['PaymentsFail'],
  }
  for (const [severity, names] of Object.entries(wanted)) {
    const found = rules.filter(({ alert, labels }) => alert && labels?.['severity'] === severity)
    expect(found.map(({ alert }) => alert).sort()).toEqual([...names].sort())
  }
})

test('Prometheus takes the configuration, its rules included', () =>
  withFolder(async (folder) => {
    copyFileSync(join(FOLDER, 'alerts.yml'), join(folder, 'alerts.yml'))
    const config = textOf('docker/prometheus/prometheus.yml').replace('/etc/prometheus/alerts.yml', 'alerts.yml')
    writeFileSync(join(folder, 'prometheus.yml'), config)
    expect(promtool(['check', 'config', 'prometheus.yml'], folder)).toContain('SUCCESS')
  }))

test('Prometheus asks every container of the services that have metrics, on their own port', () => {
  const { services } = yamlOf('docker/compose.yml')
  const { scrape_configs } = yamlOf('docker/prometheus/prometheus.yml')
  for (const { job_name, dns_sd_configs } of scrape_configs) {
    if (job_name === 'prometheus') continue
    const variable = job_name === 'ingest' ? 'INGEST_OPS_PORT' : `${job_name.toUpperCase()}_PORT`
    expect(dns_sd_configs[0].names).toEqual([job_name])
    expect(String(dns_sd_configs[0].port)).toBe(services[job_name].environment[variable])
    expect(services[job_name].networks).toEqual(expect.arrayContaining(services.prometheus.networks))
  }
})

test('rules name only metrics, labels and values that the code has', async () => {
  for (const { alert, record, expr } of rules) {
    expect([alert ?? record, await strangersIn(expr)]).toEqual([alert ?? record, []])
  }
  const wrong = 'sum by (colour) (webhook_nothing + webhook_requests_total{size="big", outcome="vanished"})'
  expect(await strangersIn(wrong)).toEqual([
    'colour',
    'webhook_nothing',
    'webhook_requests_total{size}',
    'big',
    'vanished',
  ])
})

test('the page lists every alert with its severity, its patience and the first command of its runbook', () => {
  const page = textOf('docker/README.md')
  const rows = [...page.matchAll(/^\| \[`(\w+)`\]\(#(\S+)\) +\| (\w+) +\| (.+?) +\| `(.+?)` +\| (.+?) +\|$/gm)]
  const listed = rows.map(([, alert, heading, severity, when = '', command]) => {
    const [, patience] = /, for (\d+) min$/.exec(when) ?? []
    return { alert, runbook: `docker/README.md#${heading}`, severity, for: patience && `${patience}m`, command }
  })

  const commands = commandsBelow(page)
  const alerts = rules.filter(({ alert }) => alert)
  const wanted = alerts.map(({ alert, annotations, labels, for: patience }) => {
    const runbook = annotations?.['runbook'] ?? ''
    const [command] = commands.get(runbook.split('#')[1] ?? '') ?? []
    return { alert, runbook, severity: labels?.['severity'], for: patience, command: command ?? 'no runbook' }
  })
  const byName = (one: { alert?: string }, other: { alert?: string }) =>
    String(one.alert).localeCompare(String(other.alert))
  expect(listed.sort(byName)).toEqual(wanted.sort(byName))
})
