import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startRedis } from '@sluice/dev-services'
import { eventually, withChaosProxy, withFolder } from '@sluice/testing'
import type { FaultContext } from '../fault.ts'
import { askRedis } from '../stack/ask-redis.ts'

/** Folder of the append-only log, within Redis' own. */
const LOG = 'appendonlydir'

/**
 * Redis dies, and a replica that lacks the last writes takes its place at the same address.
 *
 * The replica is real; its link to the primary is blocked for `lagMs`. Then it is promoted, and its log replaces the
 * primary's, so that apps find it at the same address.
 *
 * @returns bytes of lost writes
 */
export const failOver = ({ redis }: Pick<FaultContext, 'redis'>, lagMs: number): Promise<number> =>
  withFolder((directory) =>
    withChaosProxy({ host: '127.0.0.1', port: Number(new URL(redis.url).port) }, async (link) => {
      const [, folder = ''] = (await askRedis(redis.url, (admin) => admin.config('GET', 'dir'))) as string[]
      const replica = await startRedis({ directory, password: new URL(redis.url).password })
      if (!replica) throw new Error('There is no redis-server on PATH.')
      try {
        await follow(redis.url, replica.url, link.port)
        await link.set('blackhole')
        await pause(lagMs)
        const written = await offsetOf(redis.url, 'master_repl_offset')
        const received = await offsetOf(replica.url, 'slave_repl_offset')
        await redis.crash()
        await askRedis(replica.url, (admin) => admin.replicaof('NO', 'ONE'))
        await replica.stop()
        await rm(join(folder, LOG), { recursive: true })
        await cp(join(directory, LOG), join(folder, LOG), { recursive: true })
        await redis.start()
        return written - received
      } finally {
        await replica.crash()
      }
    }),
  )

/** Resolves once the replica has everything in its log. */
async function follow(primary: string, replica: string, port: number): Promise<void> {
  await askRedis(primary, (admin) => admin.config('SET', 'repl-diskless-sync-delay', '0'))
  await askRedis(replica, async (admin) => {
    await admin.replicaof('127.0.0.1', port)
    await eventually(async () => {
      const info = await admin.info()
      const isThere = /master_link_status:up/.test(info) && /aof_rewrite_(in_progress|scheduled):1/.test(info) === false
      if (!isThere) throw new Error('the replica does not follow')
    }, 30_000)
  })
}

const offsetOf = async (url: string, name: string): Promise<number> =>
  Number(new RegExp(`${name}:(\\d+)`).exec(await askRedis(url, (admin) => admin.info('replication')))?.[1])
