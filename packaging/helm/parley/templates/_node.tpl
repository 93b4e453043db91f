{{/* A StatefulSet of nodes with the same roles. Takes (list root name values). */}}
{{- define "parley.nodes" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $node := index . 2 -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{- include "parley.labels" (list $root $name) | nindent 4 }}
spec:
  serviceName: {{ $root.Release.Name }}-{{ $name }}
  replicas: {{ $node.replicas }}
  podManagementPolicy: Parallel
  selector:
    matchLabels: {{- include "parley.labels" (list $root $name) | nindent 6 }}
  template:
    metadata:
      labels: {{- include "parley.labels" (list $root $name) | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      # Longer than server.drain_seconds.
      terminationGracePeriodSeconds: 60
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: parley
          image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [serve, --roles, {{ $node.roles | quote }}]
          ports:
            - {name: http, containerPort: 8080}
          env:
            - name: PARLEY_JAVA_OPTS
              value: {{ $node.javaOptions | quote }}
            {{- range $variable, $value := $root.Values.settings }}
            - name: {{ $variable }}
              value: {{ $value | quote }}
            {{- end }}
            {{- range $variable, $secret := $root.Values.secrets }}
            - name: {{ $variable }}
              valueFrom:
                secretKeyRef: {name: {{ $secret.name }}, key: {{ $secret.key }}}
            {{- end }}
          startupProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 5
            timeoutSeconds: 3
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          resources: {{- toYaml $node.resources | nindent 12 }}
          volumeMounts:
            - {name: data, mountPath: /var/lib/parley}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: tmp
          emptyDir: {}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $root.Values.dataVolume.storageClassName }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $root.Values.dataVolume.size }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{- include "parley.labels" (list $root $name) | nindent 4 }}
spec:
  clusterIP: None
  selector: {{- include "parley.labels" (list $root $name) | nindent 4 }}
  ports:
    - {name: http, port: 8080, targetPort: http}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $root.Release.Name }}-{{ $name }}
  labels: {{- include "parley.labels" (list $root $name) | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "parley.labels" (list $root $name) | nindent 6 }}
{{- end -}}

{{- define "parley.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: parley
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}
