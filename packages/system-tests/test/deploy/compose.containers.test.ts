import { expect, test } from '@jest/globals'
import { type Answer, withCheckout } from '../support/deploy/containers.ts'

const MINUTES = 60_000
/** Answers of ingest to a request without a signature, or to too many of them. */
const ANSWERED = [400, 429]

const refused = (answers: Answer[]) => answers.filter(({ status }) => !ANSWERED.includes(status))

test(
  'compose starts, processes events, and answers webhooks through deploys, a failed migration and a rotation',
  () =>
    withCheckout(async ({ compose, deploy, setVariable, probe }) => {
      expect(deploy()).toMatchObject({ status: 0 })
      const smoke = () => compose('run', '--rm', '-T', 'cli', 'smoke', '--to', 'http://proxy:3000')
      expect(smoke()).toMatchObject({ status: 0 })
      expect(compose('exec', '-T', 'ingest', 'sh', '-c', 'touch /app/file || echo refused').output).toContain('refused')

      const migration = await probe(async () => {
        const right = setVariable('POSTGRES_PASSWORD', 'wrong')
        const outcome = deploy('settings')
        setVariable('POSTGRES_PASSWORD', right)
        return outcome
      })
      expect(migration.result.status).not.toBe(0)
      expect(migration.answers.length).toBeGreaterThan(5)
      expect(refused(migration.answers)).toEqual([])

      const rotation = await probe(async () => {
        setVariable('INGEST_DATABASE_PASSWORD', 'another-password-of-ingest')
        setVariable('REDIS_INGEST_PASSWORD', 'another-password-of-redis')
        return deploy('settings')
      })
      expect(rotation.result).toMatchObject({ status: 0 })
      expect(rotation.answers.length).toBeGreaterThan(20)
      expect(refused(rotation.answers)).toEqual([])
      expect(smoke()).toMatchObject({ status: 0 })
    }),
  35 * MINUTES,
)
