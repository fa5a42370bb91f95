import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readSettings } from '../src/lib/settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'sluice-settings-'))
const state = { ingestUrl: 'http://localhost:15216' }
beforeAll(() => {
  mkdirSync(join(directory, '.sluice'))
  writeFileSync(join(directory, '.sluice', 'state.json'), JSON.stringify(state))
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a port of the environment takes precedence over the one that runs here', () => {
  expect(readSettings({ INGEST_PORT: '4000' }, directory)).toEqual({ ingestUrl: 'http://localhost:4000' })
})

test('port 0, any free one, is no address: commands find the port that was taken', () => {
  expect(readSettings({ INGEST_PORT: '0' }, directory)).toEqual(state)
})
