import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { FAULTS } from '../src/faults/index.ts'
import { prove } from '../src/prove.ts'

/** A fault of Redis, of Postgres and of the network. Recovery has no budget here, since other tests share the machine. */
const SUBSET = [
  'F13', // Redis is killed
  'F27', // Postgres crashes
  'F29', // connections are cut
]

test.each(SUBSET)(
  'nothing that was acknowledged is lost or done twice: %s',
  (id) =>
    withFolder(async (folder) => {
      const fault = FAULTS.find((one) => one.id === id)
      if (!fault) throw new Error(`there is no fault ${id}`)
      const run = { seed: 1, load: 'base', version: 'this', rate: 20 } as const
      const row = await prove(fault, { run, folder: join(folder, id), step: () => {} })

      const { sent, acknowledged, lost, doubled, findings } = row
      const unexpected = findings.filter((one) => !one.startsWith('recovered after') && !/ after \d+ ms$/.test(one))
      expect({ lost, doubled, unexpected }).toEqual({ lost: 0, doubled: 0, unexpected: [] })
      expect(acknowledged).toBe(sent)
      expect(sent).toBeGreaterThan(100)
    }),
  240_000,
)
