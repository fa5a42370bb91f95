import { eventually } from '@sluice/testing'
import type { Supervised } from './supervise.ts'

/** Status of a path, and the text; 0 without an answer. */
export async function ask({ url }: Pick<Supervised, 'url'>, path: string): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(5_000)
  return fetch(`${url}${path}`, { signal }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => ({ status: 0, text: '' }),
  )
}

/** Value of a metric whose labels contain this text, e.g. `store="queue"`; undefined if there is none. */
export async function metric(app: Supervised, name: string, label = ''): Promise<number | undefined> {
  const { text } = await ask(app, '/metrics')
  const line = text
    .split('\n')
    .find((one) => one.startsWith(name) && /^[ {]/.test(one.slice(name.length)) && one.includes(label))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

/** Returns a problem unless something is true of every app in time. */
export async function allSay(
  apps: Supervised[],
  what: string,
  isTrue: (app: Supervised) => Promise<boolean>,
  timeoutMs = 20_000,
): Promise<string[]> {
  const silent = async (app: Supervised) =>
    eventually(async () => {
      if (!(await isTrue(app))) throw new Error('not yet')
    }, timeoutMs).then(
      () => [],
      () => [`${app.name} did not say that ${what}`],
    )
  return (await Promise.all(apps.map(silent))).flat()
}
