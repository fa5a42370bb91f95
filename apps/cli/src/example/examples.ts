import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.ts'

interface Example {
  /** It is a workspace of its own, whose packages are installed when it is started. */
  installs?: boolean
  /** Arguments of Node, in the folder of the example. */
  start: string[]
  env?: Record<string, string>
}

export type ExampleName = 'express' | 'nextjs'

export const EXAMPLES: Record<ExampleName, Example> = {
  express: { start: ['server.js'] },
  nextjs: {
    installs: true,
    start: ['node_modules/next/dist/bin/next', 'dev'],
    env: { NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' },
  },
}

/** @throws in an image, which has no examples. */
export function folderOf(name: ExampleName): string {
  const folder = join(ROOT, 'packages/host/examples', name)
  if (existsSync(folder)) return folder
  throw new Error('The examples are not part of an image: run this in a checkout of Sluice.')
}
