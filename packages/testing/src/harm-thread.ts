import type { MessagePort } from 'node:worker_threads'

/** Harm that a document does to the thread that makes it. */
export type Harm = 'kills' | 'blocks' | 'fills'

const HARMS: Record<Harm, () => unknown> = {
  kills: () => process.exit(1),
  blocks: () => {
    for (;;);
  },
  fills: () => {
    const kept: number[][] = []
    for (;;) kept.push(new Array(100_000).fill(0))
  },
}

/** E-mail address of a customer whose documents do this. */
export const harmfulAddress = (harm: Harm): string => `${harm}@thread.example`

/** Lets documents of harmful customers harm this thread, which has just begun to make them. */
export function harmThread(port: MessagePort): void {
  port.on('message', ({ parts: [{ email }] }: { parts: [{ email: string | null }] }) => {
    const harm = (Object.keys(HARMS) as Harm[]).find((one) => email === harmfulAddress(one))
    if (harm) HARMS[harm]()
  })
}
