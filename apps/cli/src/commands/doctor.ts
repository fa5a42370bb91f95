import { Command } from 'commander'
import type { Finding } from '../doctor/finding.ts'
import { checkPostgres, checkRoles } from '../doctor/postgres.ts'
import { checkRedis } from '../doctor/redis.ts'
import { checkSettings } from '../doctor/settings.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../settings.ts'

const HELP = `
Exit codes: 0 all is good, 1 something failed, 3 all works and there are dead letters.`

export const doctorCommand = () =>
  new Command('doctor')
    .description('Check settings, stores, roles, migrations and clocks, and say what to do. Changes nothing.')
    .option('--json', 'print one JSON object a check')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const settings = readSettings()
      const findings = [
        ...checkSettings(settings),
        ...(await checkPostgres(settings.databaseUrl)),
        ...(await checkRoles(settings)),
        ...(await checkRedis(settings.redisUrl)),
      ]
      for (const finding of findings) console.log(json ? JSON.stringify(finding) : line(finding))
      process.exitCode = exitCodeOf(findings)
    })

const MARKS = { good: '✓', failed: '✗', found: '!' }

const line = ({ check, verdict, says }: Finding): string => `${MARKS[verdict]} ${check.padEnd(26)} ${says}`

function exitCodeOf(findings: Finding[]): number {
  if (findings.some(({ verdict }) => verdict === 'failed')) return EXIT.failed
  return findings.some(({ verdict }) => verdict === 'found') ? EXIT.found : EXIT.good
}
