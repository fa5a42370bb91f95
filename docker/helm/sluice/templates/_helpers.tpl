{{- define "sluice.name" -}}
{{ default .Release.Name .Values.nameOverride }}
{{- end }}

{{- /* Labels of a pod. Takes root and app. The name has the release in it, so that two releases do not select each other's. */}}
{{- define "sluice.podLabels" -}}
app.kubernetes.io/name: {{ include "sluice.name" .root }}-{{ .app }}
app.kubernetes.io/component: {{ .app }}
app.kubernetes.io/part-of: sluice
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.podLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ include "sluice.name" .root }}-{{ .app }}
{{- end }}

{{- /* Takes root and target. */}}
{{- define "sluice.image" -}}
{{- $digest := get .root.Values.image.digests .target -}}
{{ .root.Values.image.registry }}/sluice-{{ .target }}{{ if $digest }}@{{ $digest }}{{ else }}:{{ default .root.Chart.AppVersion .root.Values.image.tag }}{{ end }}
{{- end }}

{{- /* A value as the text of a variable: YAML makes a float of a number from 1,000,000, which would be printed as 1e+06. */}}
{{- define "sluice.text" -}}
{{ if kindIs "float64" . }}{{ if eq (floor .) . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{- /* The account of an app: the one that is named, or one of its own where it has annotations. Takes root and app. */}}
{{- define "sluice.serviceAccount" -}}
{{- $account := (get .root.Values .app).serviceAccount -}}
{{- if $account.name }}{{ $account.name }}{{ else if $account.annotations }}{{ include "sluice.name" .root }}-{{ .app }}{{ else }}default{{ end }}
{{- end }}
