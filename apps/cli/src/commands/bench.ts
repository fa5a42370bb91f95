import { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'

const HELP = `
Starts stores of its own, and needs a checkout that is built. About ten minutes; --scale takes about twenty,
with ten gigabytes of disk; --quick takes half a minute.
Exit codes: 0 all sums agree, whatever was reached; 1 they do not, or something could not be started.`

interface Options {
  quick?: boolean
  scale?: boolean
  json?: boolean
  write?: boolean
}

export const benchCommand = () =>
  new Command('bench')
    .description('Measure ingest and worker beside what others do, on this machine, and check that everything adds up.')
    .option('--quick', 'everything once and briefly: to see that it adds up, not how fast it is')
    .option('--scale', 'instead: how cost grows with backlog and inbox, and what more processes bring')
    .option('--json', 'print one JSON object')
    .option('--write', 'also write the report into packages/bench/README.md')
    .addHelpText('after', HELP)
    .action(async ({ quick = false, scale: isScale, json, write }: Options) => {
      // It brings Express, BullMQ and Stripe's client along, which no other command needs.
      const { bench, markdown, scale, scaleMarkdown, README, MARKS, SCALE_MARKS, writeInto } = await import(
        '@sluice/bench'
      )
      const options = { quick, say: (what: string) => console.error(`  ${what}`) }
      const { report, text, marks } = isScale
        ? await withText(scale(options), scaleMarkdown, SCALE_MARKS)
        : await withText(bench(options), markdown, MARKS)
      console.log(json ? JSON.stringify(report) : text)
      if (write) await writeInto(README, text, marks)
      if (report.sums.wrong.length > 0) process.exitCode = EXIT.failed
    })

async function withText<Report, Marks>(measured: Promise<Report>, print: (report: Report) => string, marks: Marks) {
  const report = await measured
  return { report, text: print(report), marks }
}
