// The thread that makes documents, with customers whose documents harm it.
import { parentPort } from 'node:worker_threads'
import { harmThread } from '@sluice/testing/harm-thread'

await import('@sluice/worker/document-thread') // before another listener takes the first request
if (parentPort) harmThread(parentPort)
