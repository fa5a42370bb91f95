import { oneLine } from '../print.ts'
import { table } from '../table.ts'
import type { Counted, DryRun } from './dry-run.ts'
import type { ImportResult } from './run.ts'

const LISTED = 20

export function describeImport({ lists, refused, notRead, waiting, failed, stopped, seconds }: ImportResult): string {
  const rows = Object.entries(lists).map(([name, { listed, added, unchanged }]) => [
    name.replaceAll('_', ' '),
    String(listed),
    String(added),
    String(unchanged),
  ])
  const lines = [
    ...(rows.length > 0 ? [table(['LIST', 'READ', 'RECORDED', 'UNCHANGED'], rows), ''] : []),
    ...notRead.map((what) => `Not read: ${what}. Stripe neither dates nor numbers them.`),
    ...refused.slice(0, LISTED).map((name) => `${oneLine(name)}: its id cannot be recorded`),
    ...(failed > 0
      ? [`${counted(failed, 'object')} could not be processed: see sluice events --type 'import.*'.`]
      : []),
    ...(waiting > 0 ? [`${counted(waiting, 'object')} waiting for a worker.`] : []),
    stopped
      ? 'Stopped. Run the same command again within a day, and it goes on.'
      : `Import completed in ${seconds.toFixed(1)} s.`,
  ]
  return lines.join('\n')
}

export function describeDryRun({ read, gain, lose, payersWithoutUser, unreadable }: DryRun): string {
  const unread = { ...unreadable, first: unreadable.first.map(({ object, cause }) => `${object}: ${cause}`) }
  return [
    ...section(gain, 'user would gain PREMIUM', 'users would gain PREMIUM'),
    ...section(lose, 'user would lose PREMIUM', 'users would lose PREMIUM'),
    ...section(payersWithoutUser, 'customer pays and has no user', 'customers pay and have no user'),
    ...section(unread, 'object cannot be read', 'objects cannot be read'),
    `${counted(read, 'object')} read, nothing written.`,
  ].join('\n')
}

function section({ count, first }: Counted<string>, one: string, several: string): string[] {
  if (count === 0) return [`0 ${several}.`]
  const shown = first.slice(0, LISTED).map((text) => `  ${oneLine(text)}`)
  const rest = count > shown.length ? [`  and ${count - shown.length} more`] : []
  return [`${count} ${count === 1 ? one : several}:`, ...shown, ...rest]
}

const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`
