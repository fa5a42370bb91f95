import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '@sluice/testing'
import { parse } from 'yaml'

export const DOCKER = join(REPOSITORY, 'docker')

export const textOf = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8')

/** A YAML file of the repository, its anchors and merges resolved. */
// biome-ignore lint/suspicious/noExplicitAny: what it looks like is what the tests find out
export const yamlOf = (path: string): any => parse(textOf(path), { merge: true })
