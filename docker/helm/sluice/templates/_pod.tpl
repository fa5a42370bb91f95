{{- /*
The spec of a pod. Takes root; app, whose part of the values counts; target, the image; command; and where they differ from
none: env (variables by name), settings (variables that win over env), secrets (keys of the Secret that must be there, by
variable), optional (names of keys that may be there), ports, probes (the port of health), state (a folder to write to),
restart, grace (seconds before a stop).
*/}}
{{- define "sluice.pod" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $app := get $values .app -}}
{{- $settings := default (dict) .settings -}}
{{- $env := merge (dict "NODE_ENV" "production") $settings (default (dict) .env) (dict "DATABASE_SCHEMA" $values.database.schema "ROLE_PREFIX" $values.database.rolePrefix) -}}
{{- if .restart }}
restartPolicy: {{ .restart }}
{{- end }}
automountServiceAccountToken: false
serviceAccountName: {{ if $app.serviceAccount }}{{ include "sluice.serviceAccount" (dict "root" $root "app" .app) }}{{ else }}default{{ end }}
terminationGracePeriodSeconds: {{ $values.gracePeriodSeconds }}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with $values.pods.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pods.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pods.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $values.pods.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- if .ports }}
topologySpreadConstraints:
  {{- $selector := include "sluice.selector" (dict "root" $root "app" .app) }}
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ $selector | nindent 8 }}
  {{- end }}
{{- end }}
containers:
  - name: {{ .container | default .app }}
    image: {{ include "sluice.image" (dict "root" $root "target" .target) | quote }}
    imagePullPolicy: {{ $values.image.pullPolicy }}
    command: {{ toYaml .command | nindent 6 }}
    {{- with .ports }}
    ports:
      {{- range $name, $port := . }}
      - { name: {{ $name }}, containerPort: {{ $port }} }
      {{- end }}
    {{- end }}
    env:
      {{- range $name, $value := $env }}
      - { name: {{ $name }}, value: {{ include "sluice.text" $value | quote }} }
      {{- end }}
      {{- range $name, $key := .secrets }}
      - { name: {{ $name }}, valueFrom: { secretKeyRef: { name: {{ $values.secret | quote }}, key: {{ $key | quote }} } } }
      {{- end }}
      {{- range .optional }}
      {{- if not (hasKey $env .) }}
      - { name: {{ . }}, valueFrom: { secretKeyRef: { name: {{ $values.secret | quote }}, key: {{ . }}, optional: true } } }
      {{- end }}
      {{- end }}
      {{- with $values.pods.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with $app.envFrom }}
    envFrom: {{ toYaml . | nindent 6 }}
    {{- end }}
    {{- with .probes }}
    startupProbe: { httpGet: { path: /healthz, port: {{ . }} }, periodSeconds: 2, failureThreshold: 30 }
    livenessProbe: { httpGet: { path: /healthz, port: {{ . }} }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 }
    readinessProbe: { httpGet: { path: /readyz, port: {{ . }} }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 }
    {{- end }}
    {{- if .grace }}
    # Requests still come for a moment after the pod is told to stop.
    lifecycle: { preStop: { exec: { command: [sleep, {{ .grace | quote }}] } } }
    {{- end }}
    resources: {{ toYaml $app.resources | nindent 6 }}
    securityContext:
      readOnlyRootFilesystem: true
      allowPrivilegeEscalation: false
      capabilities: { drop: [ALL] }
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- if .state }}
      - { name: state, mountPath: {{ .state }} }
      {{- end }}
      {{- with $values.pods.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
volumes:
  - { name: tmp, emptyDir: {} }
  {{- if .state }}
  - { name: state, emptyDir: { sizeLimit: 2Gi } }
  {{- end }}
  {{- with $values.pods.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- /* The template of a Deployment or Job: labels, annotations and the spec above, whose dict it takes. */}}
{{- define "sluice.podTemplate" -}}
metadata:
  labels: {{ include "sluice.podLabels" (dict "root" .root "app" .app) | nindent 4 }}
  {{- with .root.Values.pods.annotations }}
  annotations: {{ toYaml . | nindent 4 }}
  {{- end }}
spec: {{ include "sluice.pod" . | nindent 2 }}
{{- end }}
