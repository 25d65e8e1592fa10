// Package deploy holds what runs a server elsewhere than in a terminal: an image, a compose file, a
// manifest for Kubernetes and a dashboard for Grafana. Its tests hold them against the program: the
// variables make a configuration that the server takes, the probes ask what it answers, and the
// dashboard asks for metrics that it has, under names that Apache's servers have too.
package deploy

import "embed"

// Files are the files of this folder, for tests and tools.
//
//go:embed Dockerfile compose.yaml kubernetes.yaml grafana.json
var Files embed.FS
