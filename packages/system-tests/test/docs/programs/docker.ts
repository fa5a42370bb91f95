import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { readDockerfile } from '../../support/deploy/dockerfile.ts'
import { yamlOf } from '../../support/deploy/files.ts'
import { faultsOfSluice } from './sluice.ts'

const services = Object.keys(yamlOf('docker/compose.yml').services)
const COMPOSE = ['build', 'up', 'down', 'stop', 'ps', 'logs', 'exec', 'run', 'cp']

/** The words after the name of a service in `exec` and `run` are run in the container. */
export function faultsOfCompose([action = '', ...words]: string[]): string[] {
  if (!COMPOSE.includes(action)) return [`compose ${action} is not one that we use`]
  const named = words.filter((word) => !word.startsWith('-') && !/^(\d+[mh]|worker=\d+)$/.test(word))
  if (action === 'cp') return named.some((path) => services.includes(path.split(':')[0] ?? '')) ? [] : ['no service']
  if (action === 'run' && named[0] === 'cli') return faultsOfSluice(words.slice(words.indexOf('cli') + 1))
  const wanted = action === 'exec' || action === 'run' ? named.slice(0, 1) : named
  return wanted.filter((service) => !services.includes(service)).map((service) => `no service ${service}`)
}

/** The file and the target of `docker build`; a target may be a variable of the shell. */
export function faultsOfDocker([action = '', ...words]: string[]): string[] {
  if (action === 'push') return []
  if (action !== 'build') return [`docker ${action} is not one that we use`]
  const after = (flag: string) => words[words.indexOf(flag) + 1] ?? ''
  const file = join(REPOSITORY, after('--file'))
  if (!existsSync(file)) return ['no such file']
  const target = after('--target')
  return target.startsWith('$') || readDockerfile(file).some(({ name }) => name === target) ? [] : ['no such target']
}
