import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { entryOf, startProcess } from '@sluice/testing'
import { readSettings, requireSetting } from '../src/lib/settings.ts'

const directory = mkdtempSync(join(tmpdir(), 'sluice-settings-'))
const state = { ingestUrl: 'http://localhost:15216', databaseUrl: 'postgres://here/a', redisUrl: 'redis://here' }
beforeAll(() => {
  mkdirSync(join(directory, '.sluice'))
  writeFileSync(join(directory, '.sluice', 'state.json'), JSON.stringify(state))
})
afterAll(() => rmSync(directory, { recursive: true }))

test('a port of the environment takes precedence over the one that runs here', () => {
  expect(readSettings({ INGEST_PORT: '4000' }, directory)).toEqual({ ...state, ingestUrl: 'http://localhost:4000' })
})

test('port 0, any free one, is no address: commands find the port that was taken', () => {
  expect(readSettings({ INGEST_PORT: '0' }, directory)).toEqual(state)
})

test.each(['DATABASE_URL', 'INGEST_DATABASE_URL', 'WORKER_DATABASE_URL', 'BOARD_DATABASE_URL', 'REDIS_URL'])(
  'another store in %s means that nothing that runs here is used',
  (variable) => {
    const settings = readSettings({ [variable]: 'postgres://elsewhere/b', INGEST_PORT: '4000' }, directory)
    expect(settings).toEqual({
      ingestUrl: 'http://localhost:4000',
      stateIgnoredFor: variable,
      [Object.keys(readSettings({ [variable]: 'x' }, '/nowhere'))[0] as string]: 'postgres://elsewhere/b',
    })
    for (const name of ['databaseUrl', 'redisUrl'] as const)
      if (settings[name] === undefined)
        expect(() => requireSetting(settings, name)).toThrow(`and ${variable} names another store than the one`)
  },
)

test('the same store in DATABASE_URL changes nothing', () => {
  expect(readSettings({ DATABASE_URL: state.databaseUrl }, directory)).toEqual(state)
})

test('a command says which database it uses when it is not the one that runs here', async () => {
  const child = startProcess(entryOf('cli'), ['events'], {
    env: { DATABASE_URL: 'postgres://somebody:secret@127.0.0.1:9/b' },
    cwd: directory,
  })
  expect(await child.exited).toBe(1)
  expect(child.output()).toMatch(/^Database: b on 127\.0\.0\.1:9, as DATABASE_URL is set\./)
  expect(child.output()).not.toContain('secret')
})
