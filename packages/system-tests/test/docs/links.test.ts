import { existsSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { textOf } from '../support/deploy/files.ts'
import { headingsOf, linksIn, quotedIn } from './markdown.ts'
import { PAGES, type Page } from './pages.ts'

describe.each(PAGES.map((page) => [page.path, page] as const))('%s', (_path, page) => {
  test('links to files and headings that exist', () => {
    expect(brokenLinksOf(page)).toEqual([])
  })

  test('names files that exist', () => {
    expect(missingFilesOf(page)).toEqual([])
  })
})

test('every page is reached from the first one', () => {
  const reached = new Set<string>()
  const follow = (path: string): void => {
    if (reached.has(path)) return
    reached.add(path)
    const page = PAGES.find((one) => one.path === path)
    for (const link of page ? linksIn(page.text) : []) if (link.path) follow(targetOf(page as Page, link.path))
  }
  follow('README.md')
  expect(PAGES.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
})

test('finds what leads nowhere', () => {
  const page = (text: string): Page => ({ path: 'apps/cli/README.md', folder: 'apps/cli', text })
  expect(brokenLinksOf(page('[a](../none.md)\n[b](#nowhere)\n[c](../../README.md#no-such)'))).toHaveLength(3)
  expect(brokenLinksOf(page('# Here\n\n[a](#here)\n[b](../../README.md#run-it)\n[c](src/main.ts)'))).toEqual([])
  expect(missingFilesOf(page('`src/none.ts`, `packages/none/`, `apps/<name>/dist`, `src/main.ts`'))).toEqual([
    'src/none.ts',
    'packages/none/',
  ])
})

const targetOf = ({ path, folder }: Page, link: string): string => (link === '' ? path : normalize(join(folder, link)))

function brokenLinksOf(page: Page): string[] {
  return linksIn(page.text)
    .filter(({ path, heading }) => {
      const target = targetOf(page, path)
      if (!existsSync(join(REPOSITORY, target))) return true
      return heading !== '' && !headingsOf(target === page.path ? page.text : textOf(target)).includes(heading)
    })
    .map(({ link }) => link)
}

/** Paths between backquotes, of the repository or of the page's own folder, up to a placeholder. An operator makes `.env`. */
function missingFilesOf(page: Page): string[] {
  return quotedIn(page.text)
    .filter((text) => /^(apps|packages|prisma|docker|src|test|bin|\.github|\.ci)\/\S*$/.test(text))
    .filter((path) => !path.endsWith('.env'))
    .filter((path) => {
      const named = path.replace(/[^/]*[<*…{].*$/, '')
      const built = named.replace('/dist/', '/src/').replace(/\.js$/, '.ts')
      return ![named, built, join(page.folder, named)].some((one) => existsSync(join(REPOSITORY, one)))
    })
}
