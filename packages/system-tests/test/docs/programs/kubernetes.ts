import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { yamlOf } from '../../support/deploy/files.ts'

/** The program that runs in the pod. */
export function faultsOfKubectl(words: string[]): string[] {
  const path = words.find((word) => word.endsWith('.js'))
  return path && !existsSync(join(REPOSITORY, path.replace('dist', 'src').replace('.js', '.ts')))
    ? ['no such file']
    : []
}

/** The chart, and the values that are set. */
export function faultsOfHelm(words: string[]): string[] {
  const chart = words.find((word) => word.startsWith('docker/'))
  if (chart && !existsSync(join(REPOSITORY, chart, 'Chart.yaml'))) return ['no such chart']
  const values = yamlOf('docker/helm/sluice/values.yaml')
  return words
    .filter((word) => /^[a-z.]+=/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .filter((path) => path.split('.').reduce((value, key) => value?.[key], values) === undefined)
    .map((path) => `no value ${path}`)
}
