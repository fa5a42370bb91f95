import { expect } from '@jest/globals'
import { eventually } from '@sluice/testing'
import type { Prometheus } from './prometheus.ts'

/** Every alert that has fired. */
export const raised = new Set<string>()

/** @param label the cause that the alert must name, such as `cause="lock"`. Default: any */
export async function fires(prometheus: Prometheus, alert: string, label = ''): Promise<void> {
  await eventually(async () => expect(await prometheus.firing()).toContain(alert), 30_000)
  await counted(prometheus, `ALERTS{alertname="${alert}", alertstate="firing", ${label}}`, 1)
  raised.add(alert)
}

export const stops = (prometheus: Prometheus, alert: string): Promise<void> =>
  eventually(async () => expect(await prometheus.firing()).not.toContain(alert), 30_000)

/** Prometheus tells how much a count has grown since it saw it first: so the first ones go ahead of the fault. */
export const counted = (prometheus: Prometheus, query: string, least: number): Promise<void> =>
  eventually(async () => expect(await prometheus.query(query)).toBeGreaterThanOrEqual(least), 30_000)
