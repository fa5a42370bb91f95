import type { Figure } from '../figures.ts'
import { circumstances, conclusion, short, table } from '../markdown.ts'
import { inWords } from '../scale/progress.ts'
import type { ConsoleReport } from './console.ts'

/** Milliseconds, p95, with ten million events. */
const P95_MAX = 300

/** Of the rate without a board. */
const RATIO_MIN = 0.98

/** The report as README.md of this package shows it: the answers of each route, and the rates. */
export const consoleMarkdown = (report: ConsoleReport): string =>
  [
    circumstances(report).join('\n'),
    aboutAnswers(report),
    answers(report),
    aboutRates(report),
    rates(report),
    conclusion(report),
  ].join('\n\n')

function aboutAnswers({ plan, figures }: ConsoleReport): string {
  const median = (name: string) => short(of(figures, name)?.median ?? Number.NaN)
  return [
    `Answers of the board on ${inWords(plan.events)} events (${median('size of the database, GB')} GB) while ${median('arriving meanwhile, events/s')} a second arrive and are handled,`,
    `and two tabs are open. Each route with all of its filters, in milliseconds; p95 should be under ${P95_MAX}.`,
  ].join('\n')
}

const answers = ({ answers: routes }: ConsoleReport): string =>
  table(
    ['route', 'requests', 'unanswered', 'p50', 'p95', 'slowest filter, its median', ''],
    routes.map(({ route, requests, unanswered, p50, p95, slowest }) => [
      `\`${route}\``,
      String(requests),
      String(unanswered),
      short(p50),
      short(p95),
      `\`${withoutTimes(slowest.path)}\` ${short(slowest.p50)}`,
      p95 < P95_MAX && unanswered === 0 ? 'reached' : 'MISSED',
    ]),
  )

const withoutTimes = (path: string): string => path.replaceAll(/\d{4}-[\d-]+T[\d:.]+Z|\d{13}/g, '…')

const aboutRates = ({ plan }: ConsoleReport): string =>
  [
    `Rates with a board whose tabs on Live and Overview are open, and without one: ${plan.rounds} rounds of ${inWords(plan.requests)} requests and`,
    `${inWords(plan.jobs)} jobs, alternating, medians. The ratio of rates should be ${RATIO_MIN} or more; what each round’s ratio was tells the noise.`,
  ].join('\n')

const MEASURED = ['ingest', 'ingest, all repeated', 'worker'].flatMap((what) =>
  ['events/s', 'µs of its processor per event'].map((unit) => ({ what, unit })),
)

function rates({ figures }: ConsoleReport): string {
  return table(
    ['rate', 'without a board', 'with a board', 'ratio', 'ratios of the rounds'],
    MEASURED.map(({ what, unit }) => {
      const [without, having] = ['without', 'with'].map((kind) => of(figures, `${what}, ${kind} a board, ${unit}`))
      const ratios = (having?.rounds ?? []).map((value, round) => value / (without?.rounds[round] ?? Number.NaN)).sort()
      return [
        `${what}, ${unit}`,
        short(without?.median ?? Number.NaN),
        short(having?.median ?? Number.NaN),
        ((having?.median ?? Number.NaN) / (without?.median ?? Number.NaN)).toFixed(3),
        `${ratios.at(0)?.toFixed(3)}–${ratios.at(-1)?.toFixed(3)}`,
      ]
    }),
  )
}

const of = (figures: Figure[], name: string): Figure | undefined => figures.find((figure) => figure.name === name)
