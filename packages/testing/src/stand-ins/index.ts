export { type ChatFailure, type ChatMessage, type TestChat, withChat } from './chat/index.ts'
export { type HostBehavior, type HostRequest, type TestHost, withHost } from './host/index.ts'
export { type Listening, listening } from './listening.ts'
export { type ReceivedSpan, type TestOtlp, withOtlp } from './otlp/index.ts'
export { makeCertificate } from './replicate/certificate.ts'
export {
  type FileOptions,
  type FileRequest,
  type PredictionBody,
  type ReplicateApiRequest,
  type ReplicateOptions,
  type RunOptions,
  type ServedFile,
  type StartedRun,
  type TestReplicate,
  type WebhookCounts,
  withReplicate,
} from './replicate/index.ts'
export { type S3Failure, type StoredObject, type TestS3, withS3 } from './s3/index.ts'
export { type HangingOptions, type HangingSmtp, type SmtpPhase, withHangingSmtp } from './smtp/hanging.ts'
export { type ReceivedMail, type SmtpFailure, type TestSmtp, withSmtp } from './smtp/index.ts'
export {
  type ApiFailure,
  type ApiRequest,
  type Delivery,
  type DeliveryOptions,
  type Endpoint,
  type FilledAccount,
  type RateLimit,
  type StripeObject,
  type StripeOptions,
  type TestStripe,
  type ThinOptions,
  thinEvent,
  withStripe,
} from './stripe/index.ts'
