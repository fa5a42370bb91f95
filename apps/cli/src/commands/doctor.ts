import { styleText } from 'node:util'
import { type Finding, readDeployment } from '@sluice/doctor'
import type { Command } from 'commander'
import { examine } from '../doctor/examine.ts'
import { EXIT } from '../lib/exit-codes.ts'
import { httpUrl } from '../lib/options.ts'
import { oneLine, printable } from '../lib/print.ts'
import { readSettings } from '../lib/settings.ts'

const HELP = `
✓ good, ✗ failed, ! works but needs attention, – not checked.
Exit codes: 0 no problem, 1 something failed, 3 everything works but something needs attention, such as dead letters.`

interface Options {
  prometheus?: string
  json?: boolean
}

export const define = (command: Command): Command =>
  command
    .option('--prometheus <url>', 'address of Prometheus, to check that alerts are delivered', httpUrl)
    .option('--json', 'print one JSON object for each check')
    .addHelpText('after', HELP)
    .action(async ({ prometheus, json }: Options) => {
      const findings = await examine(readSettings(), readDeployment(), prometheus)
      for (const finding of worstFirst(findings)) console.log(json ? printable(JSON.stringify(finding)) : line(finding)) // coloured by us
      process.exitCode = exitCodeOf(findings)
    })

/** In order of severity, worst first. */
const VERDICTS = {
  failed: { mark: '✗', colour: 'red' },
  found: { mark: '!', colour: 'yellow' },
  good: { mark: '✓', colour: 'green' },
  skipped: { mark: '–', colour: 'gray' },
} as const

const worstFirst = (findings: Finding[]): Finding[] =>
  Object.keys(VERDICTS).flatMap((name) => findings.filter(({ verdict }) => verdict === name))

function line({ check, verdict, says }: Finding): string {
  const { mark, colour } = VERDICTS[verdict]
  return `${isColoured() ? styleText(colour, mark) : mark} ${check.padEnd(26)} ${oneLine(says)}`
}

const isColoured = (): boolean => process.stdout.isTTY === true && !process.env['NO_COLOR']

function exitCodeOf(findings: Finding[]): number {
  if (findings.some(({ verdict }) => verdict === 'failed')) return EXIT.failed
  return findings.some(({ verdict }) => verdict === 'found') ? EXIT.found : EXIT.good
}
