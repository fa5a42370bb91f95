import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'

const COMPOSE = 'compose -f docker/compose.yml'
const BUILD = `${COMPOSE} build`
const MIGRATE = `${COMPOSE} run --rm --no-deps migrate`
const CLEAN = `${COMPOSE} rm --force ingest`
const START = `${COMPOSE} up --detach --no-deps --no-recreate --wait --scale ingest=4 ingest`
const OTHERS = `${COMPOSE} up --detach --no-deps --wait proxy worker board`

/** Runs docker/deploy.sh with a `docker` that only writes its calls down. */
const deploy = (args: string[], fail = 'nothing'): Promise<{ status: number | null; calls: string[] }> =>
  withFolder(async (folder) => {
    symlinkSync(
      join(REPOSITORY, 'packages/system-tests/test/support/deploy/docker-recorder.sh'),
      join(folder, 'docker'),
    )
    const calls = join(folder, 'calls')
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, CALLS: calls, FAIL: fail }
    const { status } = spawnSync('sh', [join(REPOSITORY, 'docker/deploy.sh'), ...args], { env })
    return { status, calls: existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [] }
  })

/** The calls that begin with these, in the order in which they were made. */
const order = (calls: string[], wanted: string[]): string[] =>
  calls.flatMap((call) => wanted.filter((start) => call.startsWith(start)))

test('migrates beside the old processes, starts new ingests beside the old ones, and stops these last', async () => {
  const { status, calls } = await deploy([])
  expect(status).toBe(0)
  const steps = [BUILD, MIGRATE, CLEAN, START, 'stop old1', 'rm old1', 'stop old2', 'rm old2', OTHERS]
  expect(order(calls, steps)).toEqual(steps)
  expect(calls).toContainEqual(expect.stringMatching(/^tag \d+ sluice-ingest:previous$/))
})

test.each([
  ['the build', BUILD],
  ['migrate', MIGRATE],
])('leaves everything as it was when %s fails', async (_step, failing) => {
  const { status, calls } = await deploy([], failing)
  expect(status).toBe(1)
  expect(calls.at(-1)).toMatch(failing)
  expect(calls.filter((call) => /^(stop|rm) |recreate --wait --scale/.test(call))).toEqual([])
})

test('removes new ingests that do not answer, and none of the old', async () => {
  const { status, calls } = await deploy(['settings'], START)
  expect(status).toBe(1)
  expect(calls.filter((call) => /^(stop|rm) /.test(call))).toEqual(['rm --force new1'])
  expect(order(calls, [BUILD, OTHERS])).toEqual([])
})

test('goes back to the images before the last build, without a migration', async () => {
  const { status, calls } = await deploy(['back'])
  expect(status).toBe(0)
  expect(calls.slice(0, 4)).toEqual(
    ['cli', 'ingest', 'worker', 'board'].map((app) => `tag sluice-${app}:previous sluice-${app}:latest`),
  )
  expect(order(calls, [BUILD, MIGRATE, START, OTHERS])).toEqual([START, OTHERS])
  expect(await deploy(['backwards'])).toEqual({ status: 2, calls: [] })
})
