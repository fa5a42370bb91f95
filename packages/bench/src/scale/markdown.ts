import type { Figure } from '../figures.ts'
import { circumstances, conclusion, short, table } from '../markdown.ts'
import { nameOf as backlogOf } from './backlogs.ts'
import { CLUSTER_NAMES } from './cluster.ts'
import { inWords } from './progress.ts'
import type { ScaleReport } from './scale.ts'
import { nameOf } from './several.ts'

/** The report as README.md of this package shows it: backlogs, the inbox, and several processes. */
export const scaleMarkdown = (report: ScaleReport): string =>
  [
    circumstances(report).join('\n'),
    aboutBacklogs(report),
    backlogs(report),
    'The product’s own statements on the inbox that this leaves behind, as Postgres reported their plans: medians.',
    inbox(report),
    aboutProcesses(report),
    processes(report, 'ingest'),
    processes(report, 'worker'),
    'From sender to commit through one ingest and one worker, on one Redis and on a Redis Cluster with as many queues:',
    clusters(report),
    conclusion(report),
  ].join('\n\n')

function aboutBacklogs({ plan }: ScaleReport): string {
  return [
    'One worker before a backlog of light events, `customer.updated` of five kilobytes, which change one row each. What',
    `one takes is measured over the first ${inWords(plan.first)} of each backlog, and memory grows by what it does over`,
    'the second half of it.',
  ].join('\n')
}

function backlogs({ plan, figures }: ScaleReport): string {
  const columns = [
    'Redis bytes per waiting event',
    'µs per event',
    'µs, all of them',
    'worker, memory MB',
    'growth B/event',
  ]
  return table(
    ['backlog', ...columns],
    plan.backlogs.map((size) => [
      inWords(size),
      ...[
        'Redis bytes per waiting event',
        `µs per event, the first ${inWords(Math.min(plan.first, size))}`,
        'µs per event, all of them',
        'worker, memory MB',
        'worker, memory growth B/event',
      ].map((figure) => short(medianOf(figures, `${backlogOf(size)}, ${figure}`))),
    ]),
  )
}

function inbox({ plan, inbox }: ScaleReport): string {
  const statements = [...new Set(inbox.map(({ statement }) => statement))]
  return table(
    ['statement', ...plan.backlogs.flatMap((size) => [`ms, ${inWords(size)} rows`, '8 kB pages'])],
    statements.map((statement) => [
      statement,
      ...inbox
        .filter((one) => one.statement === statement)
        .flatMap(({ milliseconds, buffers }) => [short(milliseconds), short(buffers)]),
    ]),
  )
}

function aboutProcesses({ plan, cores, machine }: ScaleReport): string {
  const [jobs, requests] = [plan.jobs, plan.requests].map(inWords)
  const what = `Several ingests on one queue, ${requests} requests of one generator, and several workers before one backlog of ${jobs}.`
  const where =
    cores.stores === undefined
      ? `They share ${machine.cores} cores with the stores, the generator and each other: once the cores used add up to ` +
        `${machine.cores}, it is the machine that limits them, and another process brings nothing.`
      : `Each has a core of its own (${cores.each.join(', ')}), the generator ${cores.generator}, the stores ${cores.stores}.`
  return `${what}\n${where}`
}

function processes({ plan, figures }: ScaleReport, what: 'ingest' | 'worker'): string {
  const users = ['ours', 'generator', 'postgres', 'redis'].filter((who) => has(figures, what, who))
  const of = (count: number, figure: string) => medianOf(figures, `${nameOf(what, count)}, ${figure}`)
  return table(
    [`${what}s`, 'events/s', '× one', ...users.map((who) => `cores: ${who}`)],
    plan.processes.map((count) => [
      String(count),
      short(of(count, 'events/s')),
      short(of(count, 'events/s') / of(1, 'events/s')),
      ...users.map((who) => short(of(count, `cores used by ${who}`))),
    ]),
  )
}

function clusters({ figures }: ScaleReport): string {
  const of = (name: string) => medianOf(figures, `${name}, events/s`)
  return table(
    ['queues on', 'events/s', '× one'],
    CLUSTER_NAMES.map((name) => [name, short(of(name)), short(of(name) / of(CLUSTER_NAMES[0]))]),
  )
}

const has = (figures: Figure[], what: 'ingest' | 'worker', who: string): boolean =>
  figures.some(({ name }) => name === `${nameOf(what, 1)}, cores used by ${who}`)

const medianOf = (figures: Figure[], name: string): number =>
  figures.find((figure) => figure.name === name)?.median ?? Number.NaN
