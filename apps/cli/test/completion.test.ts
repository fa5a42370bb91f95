import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { scriptFor } from '../src/lib/completion.ts'
import { createProgram } from '../src/program.ts'
import { sluice } from './sluice.ts'

describe('the completion of bash', () => {
  test.each([
    ['ev', 'events'],
    ['events --st', '--status'],
    ['events sh', 'show'],
    ['events --limit 5 show --bo', '--body'],
    ['send str', 'stripe'],
    ['import stripe --dr', '--dry-run'],
    ['doctor --nothing', ''],
  ])('of "sluice %s" is %s', async (words, completed) => {
    const script = scriptFor('bash', await createProgram())
    const line = ['sluice', ...words.split(' ')]
    const ask = `COMP_WORDS=(${line.join(' ')}); COMP_CWORD=${line.length - 1}; _sluice; echo "\${COMPREPLY[*]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' })
    expect([stdout.trim(), stderr]).toEqual([completed, ''])
  })
})

test('zsh uses that of bash, and fish has a line for each word', async () => {
  expect((await sluice(['completion', 'zsh'])).output).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_sluice/)
  const { output } = await sluice(['completion', 'fish'])
  expect(output).toContain("complete -c sluice -n __fish_use_subcommand -f -a events -d 'List events in the inbox")
  expect(output).toContain("-n '__fish_seen_subcommand_from events; and __fish_seen_subcommand_from show' -l body")
  for (const line of output.trim().split('\n'))
    expect(line).toMatch(/^complete -c sluice -n \S.* (-l|-f -a) [\w-]+( -d '.*')?$/)
  expect((await sluice(['completion', 'tcsh'])).exitCode).toBe(2)
})
