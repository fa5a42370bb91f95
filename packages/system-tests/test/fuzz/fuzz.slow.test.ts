import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { fuzz } from './fuzz.ts'

/** `FUZZ_MINUTES=60` goes on for an hour; without it, this runs so many inputs of one seed. */
const MINUTES = Number(process.env['FUZZ_MINUTES'] ?? 0)
const INPUTS = 1_000
const FOLDER = '.sluice/fuzz'

test(
  'no input crashes, counts as an outage, or takes long for its size',
  async () => {
    const seed = process.env['FUZZ_SEED'] ?? (MINUTES > 0 ? new Date().toISOString() : '1')
    const result = await fuzz({
      seed,
      inputs: MINUTES > 0 ? Number.POSITIVE_INFINITY : INPUTS,
      minutes: MINUTES > 0 ? MINUTES : 10,
      say: (line) => process.stderr.write(`${line}\n`),
    })
    const { findings, ...counts } = result
    process.stderr.write(`seed ${seed}: ${JSON.stringify(counts)}\n`)
    await mkdir(FOLDER, { recursive: true })
    for (const [index, { law, input }] of findings.entries()) {
      await writeFile(`${FOLDER}/${input.provider}-${index}.json`, input.body)
      process.stderr.write(`${law}\n  ${FOLDER}/${input.provider}-${index}.json\n`)
    }
    expect(findings.map(({ law }) => law)).toEqual([])
    expect(result.events).toBeGreaterThan(result.inputs / 10)
  },
  (MINUTES + 30) * 60_000,
)
