import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'
import { parseAllDocuments, stringify } from 'yaml'
import { EVERY_OPTION } from '../support/deploy/chart-values.ts'
import { type Manifest, renderChart } from '../support/deploy/helm.ts'

const CHART = 'docker/helm/sluice'

const helm = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('helm', args, { cwd: REPOSITORY, encoding: 'utf8' })
  return { status, stdout, stderr }
}

const byName = (manifests: Manifest[]): [string, Manifest][] =>
  manifests
    .map((one): [string, Manifest] => [`${one.kind} ${one.metadata.name}`, one])
    .sort(([one], [other]) => (one < other ? -1 : 1))

test('Helm finds no fault in the chart', () => {
  expect(helm('lint', CHART, '--strict')).toMatchObject({ status: 0 })
})

test.each([
  ['nothing', {}],
  ['every option', EVERY_OPTION],
])('Helm makes what the other tests see, with %s', (_what, values) =>
  withFolder(async (folder) => {
    const file = join(folder, 'values.yaml')
    writeFileSync(file, stringify(values))
    const { status, stdout, stderr } = helm('template', 'other', CHART, '--values', file)
    expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
    const made = parseAllDocuments(stdout).flatMap((document) => document.toJS() ?? [])
    expect(byName(made)).toEqual(byName(renderChart(values, 'other')))
  }),
)

test.each([
  ['ingest.replica=5', 'replica'],
  ['setings.TRUST_PROXY=1', 'setings'],
  ['worker.settings.NODE_ENV=development', 'NODE_ENV'],
])('Helm refuses %s', (value, named) => {
  const { status, stderr } = helm('template', 'other', CHART, '--set', value)
  expect([status, stderr]).toEqual([1, expect.stringContaining(named)])
})
