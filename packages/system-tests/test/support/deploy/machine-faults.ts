import { closeSync, openSync } from 'node:fs'
import type { AppOptions, Stack } from '@sluice/testing'
import { Redis } from 'ioredis'
import type { Prometheus } from './prometheus.ts'
import { fires, stops } from './raised-alerts.ts'

export async function whileFull(stack: Stack, use: () => Promise<void>): Promise<void> {
  const redis = new Redis(stack.redis.url)
  try {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
    await redis.config('SET', 'maxmemory', String(Math.round(used * 1.15)))
    await use()
    await redis.config('SET', 'maxmemory', '0')
  } finally {
    redis.disconnect()
  }
}

export async function fillLogDisk(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const full = openSync('/dev/full', 'w')
  try {
    await stops(prometheus, alert)
    await withFurtherIngest(stack, prometheus, { stdout: full }, () => fires(prometheus, alert, 'reason="ENOSPC"'))
  } finally {
    closeSync(full)
  }
}

export async function shiftClock(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const program = new URL('../shifted-clock.cjs', import.meta.url).pathname
  const env = { NODE_OPTIONS: `--require ${program}`, CLOCK_SHIFT_MS: '60000' }
  await stops(prometheus, alert)
  await withFurtherIngest(stack, prometheus, { env }, () => fires(prometheus, alert))
  await stops(prometheus, alert)
}

async function withFurtherIngest(
  stack: Stack,
  prometheus: Prometheus,
  options: Partial<AppOptions>,
  use: () => Promise<void>,
): Promise<void> {
  const ingest = await stack.start('ingest', options)
  prometheus.watch(ingest)
  await use()
  await ingest.kill()
}
