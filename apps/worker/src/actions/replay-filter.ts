import type { KINDS } from '@sluice/database/actions'
import type { ReplayFilter } from '@sluice/database/replay'
import type { z } from 'zod'

type Filter = z.output<typeof KINDS.replay.filter>

/** @param at nothing later is replayed */
export function replayFilterOf({ ids, since, until, type, customer, prediction }: Filter, at: Date): ReplayFilter {
  return {
    ...(ids && { ids }),
    ...(since !== undefined && { since: new Date(since) }),
    ...(type !== undefined && { type }),
    ...(customer !== undefined && { customer }),
    ...(prediction !== undefined && { prediction }),
    until: until === undefined ? at : new Date(Math.min(Date.parse(until), at.getTime())),
  }
}
