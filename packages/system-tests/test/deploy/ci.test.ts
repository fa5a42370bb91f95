import { expect, test } from '@jest/globals'
import { textOf, yamlOf } from '../support/deploy/files.ts'

const { jobs } = yamlOf('.github/workflows/ci.yml')
const steps: { run?: string; uses?: string }[] = jobs.test.steps

test('CI runs .ci/run last, on the oldest Node that is supported and a newer one', () => {
  const { engines } = JSON.parse(textOf('package.json'))
  const oldest = Number(/\d+/.exec(engines.node)?.[0])
  expect(jobs.test.strategy.matrix.node).toEqual([oldest, oldest + 2])
  expect(steps.at(-1)).toEqual({ run: '.ci/run' })
})

test('CI installs what .ci/run needs and can install only as root', () => {
  const needed = [...textOf('.ci/run').matchAll(/^needs \S+ (\S+)$/gm)].map(([, name]) => name)
  expect(needed.length).toBeGreaterThan(2)
  const installed = steps.map(({ run = '' }) => run).find((run) => run.includes('apt-get install')) ?? ''
  expect(needed.filter((name) => !installed.split(' ').includes(name as string))).toEqual([])
})
