// The client asks a server to restart one workload, in one of the protocols that clients written in Go speak, and prints
// the code of the answer: "ok" or, with the message behind it, the name of an error's code. The bearer token is read from
// RESTART_TOKEN.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"

	runtimev1 "restart.test/client/gen/otterscale/runtime/v1"
	"restart.test/client/gen/otterscale/runtime/v1/runtimev1connect"
)

func main() {
	address := flag.String("address", "", "URL of the server")
	protocol := flag.String("protocol", "connect", "connect, grpc or grpcweb")
	useJSON := flag.Bool("json", false, "JSON instead of protobuf's own encoding")
	http2 := flag.Bool("http2", false, "HTTP/2 without TLS; gRPC always uses it")
	request := &runtimev1.RestartRequest{
		Cluster:   flag.String("cluster", "", "cluster; empty is the only one"),
		Group:     flag.String("group", "apps", "API group"),
		Version:   flag.String("version", "v1", "API version"),
		Resource:  flag.String("resource", "deployments", "resource, plural"),
		Namespace: flag.String("namespace", "default", "namespace"),
		Name:      flag.String("name", "", "name"),
	}
	flag.Parse()

	var options []connect.ClientOption
	switch *protocol {
	case "connect":
	case "grpc":
		options = append(options, connect.WithGRPC())
	case "grpcweb":
		options = append(options, connect.WithGRPCWeb())
	default:
		fmt.Fprintf(os.Stderr, "there is no protocol %q\n", *protocol)
		os.Exit(2)
	}
	if *useJSON {
		options = append(options, connect.WithProtoJSON())
	}

	protocols := new(http.Protocols)
	protocols.SetHTTP1(!*http2 && *protocol != "grpc")
	protocols.SetUnencryptedHTTP2(*http2 || *protocol == "grpc")
	client := &http.Client{Transport: &http.Transport{Protocols: protocols}}

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	call := connect.NewRequest(request)
	call.Header().Set("Authorization", "Bearer "+os.Getenv("RESTART_TOKEN"))
	_, err := runtimev1connect.NewRuntimeServiceClient(client, *address, options...).Restart(ctx, call)
	if err == nil {
		fmt.Println("ok")
		return
	}
	var failure *connect.Error
	if errors.As(err, &failure) {
		fmt.Printf("%s: %s\n", failure.Code(), failure.Message())
		return
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
