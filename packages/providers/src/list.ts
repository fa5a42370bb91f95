// Every provider whose webhooks are accepted. See "Add a provider" in the README of this package.
export { replicate } from './replicate/index.ts'
export { stripe } from './stripe/index.ts'
