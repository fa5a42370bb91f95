import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'

const HELP = `
Starts stores of its own, and needs a checkout that is built. About twenty minutes; --quick takes half a minute.
Exit codes: 0 all sums agree, whatever was reached; 1 they do not, or something could not be started.`

interface Options {
  quick?: boolean
  json?: boolean
  write?: boolean
}

export const benchCommand = () =>
  new Command('bench')
    .description('Measure ingest and worker beside what others do, on this machine, and check that everything adds up.')
    .option('--quick', 'everything once and briefly: to see that it adds up, not how fast it is')
    .option('--json', 'print one JSON object')
    .option('--write', 'put the report into README.md as well')
    .addHelpText('after', HELP)
    .action(async ({ quick = false, json, write }: Options) => {
      // It brings Express, BullMQ and Stripe's client along, which no other command needs.
      const { bench, markdown, README, writeInto } = await import('@sluice/bench')
      const report = await bench({ quick, say: (what) => console.error(`  ${what}`) })
      console.log(json ? JSON.stringify(report) : markdown(report))
      if (write) await writeInto(README, markdown(report))
      if (report.sums.wrong.length > 0) process.exitCode = EXIT.failed
    })
