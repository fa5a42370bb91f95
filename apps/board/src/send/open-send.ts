import { connect } from '@sluice/database/pool'
import { providers } from '@sluice/providers'
import { readEnv } from '@sluice/runtime/environment'
import type { Router } from 'express'
import { send } from '../api/send.ts'
import { secretVariables, sendingVariables } from './variables.ts'

export interface Send {
  routes: Router
  close(): Promise<void>
}

/**
 * The routes of the view Send. Loaded outside production alone.
 *
 * @param connecting how to connect as the host application
 * @throws EnvironmentError that names every invalid variable
 */
export function openSend(source: NodeJS.ProcessEnv, connecting: Parameters<typeof connect>[1]): Send {
  const { INGEST_URL: ingestUrl, HOST_DATABASE_URL: hostUrl } = readEnv(sendingVariables, source)
  const lists = readEnv(secretVariables, source)
  const secrets = Object.fromEntries(providers.map(({ name, secretVariable }) => [name, lists[secretVariable]?.[0]]))
  const host = hostUrl ? connect(hostUrl, connecting) : null
  return {
    routes: send({ ingestUrl: ingestUrl.replace(/\/+$/, ''), secrets, host }),
    close: async () => void (await host?.end()),
  }
}
