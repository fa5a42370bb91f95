import type { AlertRow, Examination } from '@sluice/database/inspect'
import type { Probe } from '@sluice/runtime/probe'
import type { z } from 'zod'
import type { Attention } from './schemas/overview.ts'

type Matter = z.input<typeof Attention>

/** An event waits longer than this only if something is wrong. */
const WAITING_SECONDS = 60

/** Somebody who sells something hears of it within a day. */
const SILENT_SECONDS = 86_400

/** Minutes are counted each minute. */
const UNCOUNTED_SECONDS = 900

export const secondsSince = (time: Date, now: Date): number => Math.max(0, (now.getTime() - time.getTime()) / 1_000)

/** The stores that do not answer. */
export async function unreachableStores(probes: Record<string, Probe>): Promise<Matter[]> {
  const found = await Promise.all(
    Object.entries(probes).map(async ([store, probe]): Promise<Matter | null> => {
      const reason = await probe()
      if (reason === null) return null
      const text = `The board cannot use ${store}: ${reason}.`
      return { kind: 'store_unreachable', text, count: null, since: null, link: '/readyz' }
    }),
  )
  return found.filter((matter) => matter !== null)
}

/** Endpoints at providers that do not send all, and how many other checks failed. */
export function findingsOf(examination: Examination | null): Matter[] {
  const bad = (examination?.findings ?? []).filter(({ verdict }) => verdict === 'failed' || verdict === 'found')
  const endpoints = bad.filter(({ check }) => check.endsWith(' endpoint'))
  const others = bad.filter(({ check, verdict }) => verdict === 'failed' && !check.endsWith(' endpoint'))
  const [since, link] = [examination?.at ?? null, '/health']
  return [
    ...endpoints.map(
      ({ check, says }): Matter => ({ kind: 'endpoint', text: `${check}: ${says}`, count: null, since, link }),
    ),
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'checks',
            text: `Failed: ${others.map(({ check }) => check).join(', ')}.`,
            count: others.length,
            since,
            link,
          } as const,
        ]),
  ]
}

/** A matter that somebody should look at; null if all is well. */
export function attentionOf({ kind, about, count, recent, since }: AlertRow, now: Date): Matter | null {
  if (count === 0 || since === null) return null
  const seconds = secondsSince(since, now)
  const some = (one: string, more: string) => (count === 1 ? `1 ${one}` : `${count} ${more}`)
  switch (kind) {
    case 'ledger_unbalanced': {
      const text = `${some('entry of the ledger is', 'entries of the ledger are')} not balanced: sluice ledger check names them.`
      return { kind, text, count, since, link: '/events' }
    }
    case 'dead_letters': {
      const text = `${some('dead letter is', 'dead letters are')} open${ofToday(count, recent ?? 0)}.`
      return { kind, text, count, since, link: '/d' }
    }
    case 'oldest_waiting': {
      if (seconds <= WAITING_SECONDS) return null
      const text = `${some('event waits', 'events wait')}, the oldest for ${duration(seconds)}.`
      return { kind, text, count, since, link: '/events?status=received' }
    }
    case 'files_near_deletion': {
      const text = `${some('file is', 'files are')} not copied yet, and the provider deletes files after an hour.`
      return { kind, text, count, since, link: '/overview' }
    }
    case 'effects_waiting': {
      const text = `${some('effect waits', 'effects wait')} for another system, the oldest for ${duration(seconds)}.`
      return { kind, text, count, since, link: '/d' }
    }
    case 'host_unreachable': {
      const text = `The host application has taken no message for ${duration(seconds)}.`
      return { kind, text, count, since, link: '/' }
    }
    case 'not_counted': {
      if (seconds <= UNCOUNTED_SECONDS) return null
      const text = `The charts lack ${duration(seconds)}: no worker counts.`
      return { kind, text, count: null, since, link: '/overview' }
    }
    case 'reconcile_overdue': {
      const text = `Whether ${about} sent more than is here is not known for ${duration(seconds)}: no reconcile succeeded.`
      return { kind, text, count: null, since, link: '/reconcile' }
    }
    case 'no_event': {
      if (about === null && seconds <= SILENT_SECONDS) return null
      const text = `No event${about === null ? '' : ` of ${about}`} has come for ${duration(seconds)}.`
      return { kind, text, count: null, since, link: about === null ? '/events' : `/events?provider=${about}` }
    }
    default:
      return null
  }
}

function ofToday(count: number, recent: number): string {
  if (recent === 0) return ''
  return recent === count ? ', new since yesterday' : `, ${recent} of them new since yesterday`
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`
}
