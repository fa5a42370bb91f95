import { parentPort } from 'node:worker_threads'
import { harmThread } from '@sluice/testing/harm-thread'

await import('@sluice/worker/document-thread') // before another listener takes the first request
harmThread(parentPort)
