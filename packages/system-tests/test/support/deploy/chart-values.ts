/** Every option of the chart in use, as people would set them. */
export const EVERY_OPTION = {
  image: { digests: { worker: `sha256:${'a'.repeat(64)}` }, pullSecrets: ['registry'] },
  boardUrl: 'https://board.example.com',
  tracing: { endpoint: 'http://collector.monitoring:4318' },
  pods: {
    annotations: { 'example.com/team': 'billing' },
    extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/ca/ca.pem' }],
    extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
    extraVolumeMounts: [{ name: 'ca', mountPath: '/ca', readOnly: true }],
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    tolerations: [{ key: 'webhooks', operator: 'Exists' }],
    affinity: { podAntiAffinity: {} },
    priorityClassName: 'high',
  },
  ingest: { settings: { TRUST_PROXY: 1, QUEUE_SHARDS: 2 }, autoscaling: { enabled: true } },
  worker: {
    settings: { EVENT_BACKOFF_MAX_MS: 3_600_000, OTEL_TRACES_SAMPLER_ARG: 0.5, QUEUE_SHARDS: 2, LOG_LEVEL: 'debug' },
    envFrom: [{ secretRef: { name: 'bucket' } }],
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/worker' } },
  },
  board: { serviceAccount: { name: 'reader' } },
  cli: { enabled: true },
  autoscaling: { enabled: true },
  monitoring: { serviceMonitors: true, rules: true, dashboards: true, labels: { release: 'prometheus' } },
  networkPolicy: { egressPorts: [9000] },
}
