import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { textOf, yamlOf } from '../support/deploy/files.ts'

const { test: job } = yamlOf('.github/workflows/ci.yml').jobs

test('CI runs .ci/run last, on the oldest Node that is supported and the next one with long support', () => {
  const { engines } = JSON.parse(textOf('package.json'))
  const oldest = Number(/\d+/.exec(engines.node)?.[0])
  expect(job.strategy.matrix.node).toEqual([oldest, oldest + 2])
  expect(job.steps.at(-1)).toEqual({ run: '.ci/run' })
  expect(statSync(join(REPOSITORY, '.ci/run')).mode & 0o111).toBe(0o111)
})

test('CI runs as root on the Debian of the image, where .ci/run installs what it needs', () => {
  const [, debian] = /^FROM node:\S+-(\w+)-slim AS base$/m.exec(textOf('docker/Dockerfile')) ?? []
  expect(job.container).toBe(`node:\${{ matrix.node }}-${debian}`)
})
