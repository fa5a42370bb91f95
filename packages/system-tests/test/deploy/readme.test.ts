import { expect, test } from '@jest/globals'
import { faultsOf } from '../docs/programs/index.ts'
import { textOf } from '../support/deploy/files.ts'
import { commandsBelow } from '../support/deploy/runbooks.ts'

const below = commandsBelow(textOf('docker/README.md'))
const RUNBOOKS = [
  ...['redis-full', 'redis-down', 'redis-lost', 'postgres-down', 'ingest-down', 'backlog', 'dead-letters'],
  ...['signature-failures', 'payments-fail', 'secret-rotation', 'provider-outage', 'replay-of-a-time-range'],
  ...['where-is-evt_', 'restore', 'stop-and-resume'],
]

test('docker/README.md has a runbook for what can happen, and each starts with a command', () => {
  for (const runbook of RUNBOOKS) {
    const [first] = below.get(runbook)?.filter((command) => command !== 'umask 077') ?? []
    expect([runbook, first]).toEqual([runbook, expect.stringMatching(/^(sluice|compose|sh) /)])
  }
})

test('every line of its shell blocks is a command whose parts exist', () => {
  const commands = [...below.values()].flat()
  expect(commands.length).toBeGreaterThan(40)
  expect(commands.flatMap((command) => faultsOf(command).map((fault) => `${command}: ${fault}`))).toEqual([])
  expect(faultsOf('rm -rf /')).toHaveLength(1)
})
