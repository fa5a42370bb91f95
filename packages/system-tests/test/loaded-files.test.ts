import { expect, test } from '@jest/globals'
import { LOG_LOADED, loadedFiles, modulesIn, withStack } from '@sluice/testing'

/**
 * Each file that is loaded costs processor time, and without bundles there are several hundred. More than this means that
 * a library left the bundle, or that code which is needed seldom is loaded at once.
 */
const FILES_AT_START = 30

test('ingest and the worker load a few files to be ready, and none of what it needs seldom', () =>
  withStack({ env: { NODE_OPTIONS: LOG_LOADED } }, async ({ ingests, workers }) => {
    for (const app of [...ingests, ...workers]) {
      expect(await app.kill('SIGTERM')).toBe(0)
      const files = loadedFiles(app)
      expect(modulesIn(files)).toContainEqual(`apps/${app.name}/src/start.ts`)
      expect([app.name, files.length <= FILES_AT_START, files]).toEqual([app.name, true, files])
    }
  }))
