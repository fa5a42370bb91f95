import type { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { wholeNumber } from '../lib/options.ts'
import { print } from '../lib/print.ts'

const HELP = `
Starts its own stores and needs a built checkout. Takes about half an hour; --quick takes a minute, --scale about twenty
minutes and ten gigabytes of disk, --rows 1000000 half an hour more and ten gigabytes, --console half an hour and thirty.
Exit codes: 0 nothing was lost, even if targets were missed; 1 something was lost or could not start.`

interface Options {
  quick?: boolean
  rows?: number
  scale?: boolean
  console?: boolean
  json?: boolean
  write?: boolean
}

export const define = (command: Command): Command =>
  command
    .option('--quick', 'run one short round that checks for losses but not for speed')
    .option(
      '--rows <count>',
      'measure from sender to commit once more, with this many payments in the tables',
      wholeNumber,
    )
    .option('--scale', 'measure how cost grows with the backlog, the inbox and the number of processes instead')
    .option('--console', 'measure how soon a board answers with ten million events, and what it costs, instead')
    .option('--json', 'print one JSON object')
    .option('--write', 'also write the report into packages/bench/README.md')
    .addHelpText('after', HELP)
    .action(async ({ quick = false, rows, scale: isScale, console: isConsole, json, write }: Options) => {
      // Imported on use, because it loads Express, BullMQ and Stripe's client, which no other command needs.
      const { bench, markdown, measureConsole, consoleMarkdown, scale, scaleMarkdown, ...rest } = await import(
        '@sluice/bench'
      )
      const { README, MARKS, SCALE_MARKS, CONSOLE_MARKS, writeInto } = rest
      const options = { quick, rows, say: (what: string) => console.error(`  ${what}`) }
      const measured = () => {
        if (isConsole) return withText(measureConsole(options), consoleMarkdown, CONSOLE_MARKS)
        return isScale
          ? withText(scale(options), scaleMarkdown, SCALE_MARKS)
          : withText(bench(options), markdown, MARKS)
      }
      const { report, text, marks } = await measured()
      print(json ? JSON.stringify(report) : text)
      if (write) await writeInto(README, text, marks)
      if (report.sums.wrong.length > 0) process.exitCode = EXIT.failed
    })

async function withText<Report, Marks>(measured: Promise<Report>, print: (report: Report) => string, marks: Marks) {
  const report = await measured
  return { report, text: print(report), marks }
}
