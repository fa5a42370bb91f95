import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { faultsOfCompose, faultsOfDocker } from './docker.ts'
import { faultsOfHelm, faultsOfKubectl } from './kubernetes.ts'
import { faultsOfAddress, faultsOfFly, faultsOfScripts, faultsOfStripe } from './others.ts'
import { faultsOfSluice } from './sluice.ts'

/** Of a shell or of Debian. */
const OF_THE_MACHINE = ['umask', 'for', 'done', 'df', 'cd', 'git', 'apt-get', 'systemctl']

/** The faults of a command on a page; empty when every part of it exists. */
export function faultsOf(line: string): string[] {
  const words = line
    .replace(/^([A-Z_]+=\S+ )*/, '')
    .replace(/^(pnpm|npx) sluice\b/, 'sluice')
    .replace('docker compose -f docker/compose.yml', 'compose')
    .split(/\s+/)
  const [program = '', ...rest] = words
  if (program === 'sluice') return faultsOfSluice(rest)
  if (program === 'compose') return faultsOfCompose(rest)
  if (program === 'docker') return faultsOfDocker(rest)
  if (program === 'alias') return line.includes('docker/compose.yml') ? [] : ['no such file']
  if (program === 'sh') return existsSync(join(REPOSITORY, rest[0] ?? '')) ? [] : ['no such file']
  if (program === 'kubectl') return faultsOfKubectl(rest)
  if (program === 'helm') return faultsOfHelm(rest)
  if (program === 'pnpm' || program === 'npm') return faultsOfScripts(words.join(' '))
  if (program === 'npx') return rest[0] === 'ngrok' ? [] : [`no program ${rest[0]}`]
  if (program === 'stripe') return faultsOfStripe(rest)
  if (program === 'curl') return faultsOfAddress(rest)
  if (program === 'fly') return faultsOfFly(rest)
  if (program === 'cp') return existsSync(join(REPOSITORY, rest[0] ?? '')) ? [] : ['no such file']
  return OF_THE_MACHINE.includes(program) ? [] : [`${program} is not one of ours`]
}
