import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assetKeyOf } from '../../src/merges/renders.ts'

test('the key of a file begins with the id of its job, where that id is plain', () => {
  expect(assetKeyOf('job_1', '/0')).toMatch(/^job_1\/[0-9a-f]{32}$/)
})

test('it cannot leave its folder, and differs for every job and pointer', () => {
  const filesByKey = new Map<string, string>()
  const odd = fc.constantFrom(
    '..',
    '.',
    '',
    '/',
    '../../etc',
    'a/b',
    'a\\b',
    'C:',
    'job\u0000',
    '.partial',
    'é',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.oneof(odd, fc.string()), fc.string(), (jobId, pointer) => {
      const key = assetKeyOf(jobId, pointer)
      expect(key).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\/[0-9a-f]{32}$/)
      const file = JSON.stringify([jobId, pointer])
      expect(filesByKey.get(key) ?? file).toBe(file)
      filesByKey.set(key, file)
    }),
  )
})
