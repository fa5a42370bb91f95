import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '../repository.ts'

/** A fenced block of a guide: a whole file, or with the language `diff` the lines that are added to one. */
export interface Block {
  language: string
  /** In the repository; empty where a block belongs to no file. */
  path: string
  lines: string[]
}

/** One `##` section of a README, by its title. */
export async function readGuide(readme: string, title: string): Promise<string> {
  const page = await readFile(join(REPOSITORY, readme), 'utf8')
  return page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
}

export const blocksIn = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)\n```$/gm)].map(([, language = '', path = '', code = '']) => ({
    language,
    path,
    lines: code.split('\n'),
  }))

/** The tests that the guide asks to run: the arguments of its `pnpm jest`. */
export function commandOf(blocks: Block[]): string[] {
  const lines = blocks.filter(({ language }) => language === 'sh').flatMap((block) => block.lines)
  const command = lines.find((line) => line.startsWith('pnpm jest ')) ?? ''
  return command.split(' ').slice('pnpm jest'.split(' ').length)
}
