import type { HostBehavior } from '@sluice/testing/stand-ins'
import type { Fault, FaultContext } from '../fault.ts'
import { BUDGET } from './budgets.ts'

const SECONDS = 8

const fault = (id: string, title: string, begin: (context: FaultContext) => Promise<() => Promise<void>>): Fault => ({
  id,
  title,
  seconds: SECONDS,
  notifiesHost: true,
  sparesOthers: true,
  budgetSeconds: BUDGET.backoff,
  inject: begin,
})

const behaves = (id: string, title: string, behavior: (request: number) => HostBehavior): Fault =>
  fault(id, title, async ({ host }) => {
    let request = 0
    host.behave(() => behavior(request++))
    return async () => host.behave(() => ({ status: 204 }))
  })

/** None of these is an acknowledgement but the first. */
const LIES: HostBehavior[] = [
  'endless',
  { status: 302, headers: { location: '/elsewhere' } },
  { status: 410 },
  'resets',
  { status: 200, headers: { 'content-length': '9' }, body: '' },
]

/** The host application: messages to it wait, and nothing else does. */
export const hosts: Fault[] = [
  fault('F46e', `The host application is unreachable for ${SECONDS} s`, async ({ host }) => {
    await host.stop()
    return () => host.start()
  }),
  behaves('F46f', 'The host application is slower than anybody waits', () => 'hangs'),
  behaves('F46g', 'The host application answers 500 to everything', () => ({ status: 500 })),
  behaves(
    'F46h',
    'The host application redirects, says it is gone, hangs up, and sends bodies without an end',
    (request) => LIES[request % LIES.length] ?? 'endless',
  ),
]
