import { type Answers, tally } from './answers.ts'
import { openConnection } from './connection.ts'

/** As many as can be: each connection sends its next request as soon as it has its answer. */
export async function closedLoop(requests: Buffer[], port: number, connections: number): Promise<Answers> {
  const lanes = await Promise.all(
    Array.from({ length: Math.min(connections, requests.length) }, () => openConnection(port)),
  )
  const answers = tally()
  let next = 0
  await Promise.all(
    lanes.map(
      (lane) =>
        new Promise<void>((resolve) => {
          const sendNext = () => {
            const request = requests[next]
            next += 1
            if (!request) return resolve()
            const sentAt = performance.now()
            lane.send(request, (status) => {
              answers.add(status, performance.now() - sentAt)
              sendNext()
            })
          }
          sendNext()
        }),
    ),
  )
  for (const lane of lanes) lane.close()
  return answers.result()
}
