{{- /* The variables and secrets of each app, for the pods that run it. Each is a dict for sluice.pod, as YAML. */}}
{{- define "sluice.variables" -}}
LOG_LEVEL: {{ .Values.logLevel | quote }}
SHUTDOWN_TIMEOUT_MS: {{ include "sluice.text" .Values.shutdownTimeoutMs | quote }}
QUEUE_PREFIX: {{ .Values.queuePrefix | quote }}
{{- end }}

{{- define "sluice.ingest" -}}
app: ingest
target: ingest
command: [node, apps/ingest/dist/main.js]
ports: { http: 3000, ops: 3010 }
probes: ops
grace: 5
env:
  INGEST_PORT: "3000"
  INGEST_OPS_PORT: "3010"
  {{- with .Values.tracing.endpoint }}
  OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
  {{- end }}
  {{- include "sluice.variables" . | nindent 2 }}
secrets:
  INGEST_DATABASE_URL: INGEST_DATABASE_URL
  REDIS_URL: {{ .Values.redisUrlKeys.ingest | quote }}
optional: [STRIPE_WEBHOOK_SECRET, REPLICATE_WEBHOOK_SECRET]
{{- end }}

{{- define "sluice.worker" -}}
app: worker
target: worker
command: [node, /app/apps/worker/dist/main.js]
ports: { http: 3002 }
probes: http
state: /var/lib/sluice
env:
  WORKER_PORT: "3002"
  {{- with .Values.tracing.endpoint }}
  OTEL_EXPORTER_OTLP_ENDPOINT: {{ . | quote }}
  {{- end }}
  {{- with .Values.boardUrl }}
  BOARD_URL: {{ . | quote }}
  {{- end }}
  {{- include "sluice.variables" . | nindent 2 }}
secrets:
  WORKER_DATABASE_URL: WORKER_DATABASE_URL
  REDIS_URL: {{ .Values.redisUrlKeys.worker | quote }}
optional:
  [STRIPE_API_KEY, REPLICATE_API_TOKEN, SMTP_URL, HOST_WEBHOOK_SECRET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]
{{- end }}

{{- define "sluice.board" -}}
app: board
target: board
command: [node, apps/board/dist/main.js]
ports: { http: 3001 }
probes: http
grace: 5
env:
  BOARD_PORT: "3001"
  {{- with .Values.boardUrl }}
  BOARD_URL: {{ . | quote }}
  {{- end }}
  {{- include "sluice.variables" . | nindent 2 }}
secrets:
  BOARD_DATABASE_URL: BOARD_DATABASE_URL
  REDIS_URL: {{ .Values.redisUrlKeys.board | quote }}
  BOARD_USER: BOARD_USER
  BOARD_PASSWORD: BOARD_PASSWORD
optional: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]
{{- end }}

{{- define "sluice.owner" -}}
DATABASE_URL: DATABASE_URL
INGEST_DATABASE_URL: INGEST_DATABASE_URL
WORKER_DATABASE_URL: WORKER_DATABASE_URL
BOARD_DATABASE_URL: BOARD_DATABASE_URL
{{- end }}

{{- define "sluice.migrate" -}}
app: migrate
target: cli
command: [node, apps/cli/dist/main.js, migrate, --role-passwords]
restart: Never
secrets: {{ include "sluice.owner" . | nindent 2 }}
optional: [HOST_DATABASE_URL]
{{- end }}

{{- /* Doctor looks at the settings as the processes have them. */}}
{{- define "sluice.cli" -}}
app: cli
target: cli
settings: {{ toYaml (merge (dict) .Values.worker.settings .Values.ingest.settings) | nindent 2 }}
env: {{ include "sluice.variables" . | nindent 2 }}
secrets:
  {{- include "sluice.owner" . | nindent 2 }}
  REDIS_URL: {{ .Values.redisUrlKeys.cli | quote }}
  BOARD_USER: BOARD_USER
  BOARD_PASSWORD: BOARD_PASSWORD
optional:
  - HOST_DATABASE_URL
  - STRIPE_WEBHOOK_SECRET
  - REPLICATE_WEBHOOK_SECRET
  - STRIPE_API_KEY
  - REPLICATE_API_TOKEN
  - SMTP_URL
  - HOST_WEBHOOK_SECRET
  - AWS_ACCESS_KEY_ID
  - AWS_SECRET_ACCESS_KEY
{{- end }}
