import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { redisFolder } from '../src/up/stores.ts'

test('a database of somebody else does not get the Redis that has the jobs of ours', () =>
  withFolder(async (folder) => {
    const of = (DATABASE_URL?: string) => redisFolder(folder, { DATABASE_URL })
    const usual = join(folder, 'redis')
    expect([of(), of('postgres://me:one@localhost/shop')]).toEqual([usual, usual])
    await mkdir(join(folder, 'postgres'))
    expect(of()).toBe(usual)
    expect(of('postgres://me:one@localhost/shop')).toMatch(/\/redis-[0-9a-f]{8}$/)
    expect(of('postgres://me:two@localhost/shop')).toBe(of('postgres://me:one@localhost/shop'))
    expect(of('postgres://me:one@localhost/other')).not.toBe(of('postgres://me:one@localhost/shop'))
  }))
