import type { Bar } from './bars.ts'
import type { Report } from './bench.ts'
import type { Figure } from './figures.ts'

/** The report as README.md of this package shows it: the machine, the targets, and every figure. */
export function markdown(report: Report): string {
  return [
    introduction(report),
    table(
      ['what must be reached', 'is', 'should be', ''],
      report.bars.map(({ name, value, must, bar, isReached }: Bar) => [
        name,
        short(value),
        `${must} ${short(bar)}`,
        isReached ? 'reached' : 'MISSED',
      ]),
    ),
    table(
      ['figure', 'median', 'least–most', 'ratio'],
      report.figures.map((figure) => [
        figure.name,
        short(figure.median),
        `${short(figure.least)}–${short(figure.most)}`,
        ratio(figure, report.figures),
      ]),
    ),
    conclusion(report),
  ].join('\n\n')
}

function introduction({ date, machine, settings, plan, cores }: Report): string {
  return [
    ...circumstances({ date, machine, settings }),
    `Rounds: ${plan.rounds}, each of ${plan.requests} requests and ${plan.jobs} jobs (the ORM's ${plan.jobsOfOrm}), and of ${plan.seconds} s at a fixed rate;`,
    `${pinned(cores.alone)}. Bare SQL by ${machine.bareSqlBy}.`,
  ].join('\n')
}

/** Where and when, as every report begins. */
export function circumstances({ date, machine, settings }: Pick<Report, 'date' | 'machine' | 'settings'>): string[] {
  const { processor, cores, memory, system, node, load } = machine
  const stores = Object.entries(settings).map(([name, value]) => `${name} ${value}`)
  return [
    `${date}, ${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; load before the run ${load}.`,
    `Stores, as they say themselves: ${stores.join(', ')}.`,
  ]
}

const pinned = ({ measured, generator, stores }: Report['cores']['alone']): string =>
  measured === undefined
    ? 'nothing is pinned'
    : `the measured process on core ${measured}, the generator on ${generator}, the stores on ${stores}`

/** Whether the run is worth anything. */
export const conclusion = ({ sums: { checked, wrong } }: Pick<Report, 'sums'>): string =>
  wrong.length === 0
    ? `Sums: all ${checked} agree: accepted = recorded = processed, and every effect and entry is there once.`
    : `Sums that do NOT agree, ${wrong.length} of ${checked}:\n\n${wrong
        .map(({ of, expected, found }) => `- ${of} should be ${expected} and is ${found}`)
        .join('\n')}`

/** The peer that others are compared with. */
const YARDSTICKS = [
  { of: /^ingest, .*, events\/s$/, name: 'floor', figure: 'ingest, floor, events/s' },
  { of: /^worker, .*, events\/s$/, name: 'bare SQL', figure: 'worker, bare SQL, events/s' },
  { of: /^half of it, .*, answer p99 ms$/, name: 'floor', figure: 'half of it, floor, answer p99 ms' },
]

function ratio({ name, median }: Figure, figures: Figure[]): string {
  const yardstick = YARDSTICKS.find(({ of, figure }) => of.test(name) && figure !== name)
  const other = figures.find((figure) => figure.name === yardstick?.figure)
  return yardstick && other ? `${short(median / other.median)} × ${yardstick.name}` : ''
}

/** Three digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)))
}

export function table(headings: string[], rows: string[][]): string {
  const widths = headings.map((heading, column) =>
    Math.max(3, ...[heading, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)),
  )
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [headings, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')
}
